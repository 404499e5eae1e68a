#include "demo/demo_file.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <unordered_set>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::tool {

namespace {

constexpr const char* dpkg_log = "/var/log/dpkg.log";
// The package stands behind the action, or behind the state if the action is "status".
constexpr const char* dpkg_key = R"(^\S+ \S+ (?:status \S+|\S+) (\S+))";
constexpr const char* package_list =
    "dpkg-query -W -f '${db:Status-Status} ${binary:Package} ${Version}\\n' 2>/dev/null";
constexpr std::size_t demo_file_bytes_max = std::size_t{1} << 30;
constexpr int guessed_fields_max = 8;
constexpr std::size_t guessed_lines_max = 10'000;
/// A field groups lines if each of its values stands for this many of them.
constexpr std::size_t lines_per_key_min = 4;

result<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return error{errc::io_error, fmt::format("the file \"{}\" cannot be opened", path)};
  std::string text;
  std::vector<char> part(std::size_t{1} << 20);
  while (file.read(part.data(), static_cast<std::streamsize>(part.size())) ||
         file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > demo_file_bytes_max)
      return error{errc::limit_exceeded,
                   fmt::format("the file \"{}\" has more than demo_file_bytes_max ({}) bytes",
                               path, demo_file_bytes_max)};
  }
  if (file.bad())
    return error{errc::io_error, fmt::format("the file \"{}\" cannot be read", path)};
  return text;
}

// One line for each package, in the manner of dpkg.log.
std::string make_package_log() {
  std::string text;
  FILE* list = ::popen(package_list, "re");
  if (list == nullptr) return text;
  char line[1024];
  for (int second = 0; std::fgets(line, sizeof line, list) != nullptr; ++second)
    text += fmt::format("2026-01-01 {:02}:{:02}:{:02} status {}", second / 3600 % 24,
                        second / 60 % 60, second % 60, line);
  return ::pclose(list) == 0 ? text : std::string{};
}

result<demo_file> cut_lines(std::string name, std::string text) {
  demo_file file{std::move(name), std::make_shared<const std::string>(std::move(text)), {}};
  std::string_view rest{*file.text};
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    if (line.size() > limits::event_payload_bytes_max)
      return error{errc::event_too_large,
                   fmt::format("line {} of \"{}\" has {} bytes", file.lines.size() + 1,
                               file.name, line.size())};
    file.lines.push_back(line);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  if (file.lines.empty())
    return error{errc::invalid_argument, fmt::format("the file \"{}\" is empty", file.name)};
  return file;
}

std::size_t distinct_values(const demo_file& file, int field) {
  std::unordered_set<std::string_view> values;
  for (std::size_t i = 0; i < file.lines.size() && i < guessed_lines_max; ++i)
    if (const auto value = field_of(file.lines[i], field, {})) values.insert(*value);
  return values.size();
}

}  // namespace

result<demo_file> load_demo_file(const std::string& path) {
  const std::string wanted = path.empty() ? dpkg_log : path;
  auto text = read_file(wanted);
  if (text && (!text->empty() || !path.empty())) return cut_lines(wanted, std::move(*text));
  if (!path.empty()) return text.error();
  auto made = make_package_log();
  if (!made.empty()) return cut_lines("list of installed packages", std::move(made));
  return error{errc::io_error,
               fmt::format("{} and the list of packages are missing; name a file", dpkg_log)};
}

key_options guess_key(const demo_file& file) {
  key_options key;
  const bool is_dpkg = file.name.ends_with("dpkg.log") || file.name.starts_with("list of");
  if (is_dpkg) {
    key.regex = dpkg_key;
    key.label = "the package";
    return key;
  }
  const auto keys_max = std::min(file.lines.size(), guessed_lines_max) / lines_per_key_min;
  std::size_t best = 0;
  key.field = 1;
  for (int field = 1; field <= guessed_fields_max; ++field) {
    const auto values = distinct_values(file, field);
    if (values > keys_max || values <= best) continue;
    best = values;
    key.field = field;
  }
  return key;
}

}  // namespace pravega_actor::tool
