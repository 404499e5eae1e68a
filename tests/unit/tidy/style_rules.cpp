#include "unit/tidy/style_rules.hpp"

#include <algorithm>
#include <array>

namespace pravega_actor::tidy {
namespace {

constexpr std::size_t columns_max = 96;
constexpr std::size_t lines_max = 400;
constexpr std::size_t function_lines_max = 60;

// Characters of a line of UTF-8.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

template <std::size_t N>
findings find_words(const source_file& file, std::string_view text,
                    const std::array<std::string_view, N>& words, std::string_view why) {
  findings found;
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    for (const auto word : words)
      if (has_word(line, word))
        found.push_back(
            {file.path, number, std::string{"\""}.append(word).append("\" ").append(why)});
  }
  return found;
}

// The rules themselves name what they forbid.
bool is_rule(const source_file& file) {
  return file.under("tests/unit/tidy/");
}

bool is_function_head(std::string_view head) {
  constexpr std::array<std::string_view, 5> others{"namespace", "class", "struct", "enum",
                                                   "union"};
  const auto paren = head.find('(');
  if (paren == std::string_view::npos) return false;
  const auto before = head.substr(0, paren);
  return std::none_of(others.begin(), others.end(),
                      [before](auto word) { return has_word(before, word); }) &&
         before.find('=') == std::string_view::npos;
}

struct block {
  std::size_t line;
  bool is_function;
};

}  // namespace

findings check_format(const source_file& file) {
  if (!file.is_cpp()) return {};
  findings found;
  const auto add = [&](std::size_t line, std::string what) {
    found.push_back({file.path, line, std::move(what)});
  };
  const auto lines = lines_of(file.text);
  if (lines.size() > lines_max) add(lines_max + 1, "the file has more than 400 lines");
  if (!file.text.ends_with('\n') || file.text.ends_with("\n\n"))
    add(lines.size(), "the file does not end with one line end");
  bool free_form = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = lines[i];
    if (line.ends_with("// clang-format off")) free_form = true;
    if (line.ends_with("// clang-format on")) free_form = false;
    if (!free_form && columns(line) > columns_max) add(i + 1, "more than 96 columns");
    if (line.find('\t') != std::string_view::npos) add(i + 1, "a tab");
    if (line.ends_with(' ') || line.ends_with('\r')) add(i + 1, "a blank at the line's end");
  }
  if (free_form) add(lines.size(), "clang-format is not switched on again");
  return found;
}

findings check_header(const source_file& file) {
  if (!file.is_header()) return {};
  findings found;
  const auto add = [&](std::size_t line, std::string what) {
    found.push_back({file.path, line, std::move(what)});
  };
  const auto lines = lines_of(file.text);
  if (std::find(lines.begin(), lines.end(), "#pragma once") == lines.end())
    add(1, "the header lacks #pragma once");
  if (file.path.find("/include/") != std::string::npos && !file.text.starts_with("// "))
    add(1, "a public header begins with a comment that says what it is");
  const std::string code = code_only(file.text);
  std::size_t number = 0;
  for (const auto line : lines_of(code)) {
    ++number;
    // The tests' own namespaces see the library's internals.
    const bool internals = file.under("tests/") && line == "using namespace internal;";
    if (has_word(line, "using namespace") && !internals)
      add(number, "using namespace in a header");
    constexpr std::string_view define = "#define ";
    if (!line.starts_with(define)) continue;
    const auto rest = line.substr(define.size());
    const std::string name{rest.substr(0, rest.find_first_of(" (\\"))};
    // asio is configured by macros of its own.
    if (!name.starts_with("PRAVEGA_ACTOR_") && !name.starts_with("ASIO_") &&
        code.find("#undef " + name + "\n") == std::string::npos)
      add(number, "the macro " + name + " does not begin with PRAVEGA_ACTOR_");
  }
  return found;
}

findings check_unfinished(const source_file& file) {
  constexpr std::array<std::string_view, 11> words{"TODO",          "FIXME",
                                                   "XXX",           "HACK",
                                                   "TBD",           "WIP",
                                                   "unimplemented", "not implemented",
                                                   "placeholder",   "not yet written",
                                                   "for now"};
  if (is_rule(file)) return {};
  return find_words(file, file.text, words, "names unfinished work");
}

findings check_test_names(const source_file& file) {
  constexpr std::string_view keyword = "TEST_CASE";
  findings out;
  if (!file.is_cpp() || !file.under("tests/") || is_rule(file)) return out;
  const auto& text = file.text;
  for (auto at = text.find(keyword); at != std::string::npos; at = text.find(keyword, at + 1)) {
    const auto begin = text.find('"', at);
    if (begin == std::string::npos) break;
    const auto name = text.substr(begin + 1, text.find('"', begin + 1) - begin - 1);
    if (name.find_first_of(";[") != std::string::npos)
      out.push_back(
          {file.path,
           1 + static_cast<std::size_t>(std::count(
                   text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n')),
           "the test \"" + name + "\" has ';' or '['"});
  }
  return out;
}

findings check_determinism(const source_file& file) {
  constexpr std::array<std::string_view, 17> words{
      "std::thread",       "std::jthread",  "std::async",
      "steady_clock::now", "system_clock",  "high_resolution_clock",
      "mt19937",           "random_device", "mt19937_64",
      "std::rand",         "srand",         "sleep_for",
      "sleep_until",       "usleep",        "nanosleep",
      "clock_gettime",     "gettimeofday"};
  constexpr std::array<std::string_view, 1> own_clock{"clock_type::now"};
  constexpr std::string_view why = "stands below the ports";
  // The two ports' implementations touch the real world.
  const bool is_port = file.under("libpravega_actor/src/transport/") ||
                       file.under("libpravega_actor/src/grpc_port/");
  const bool below_ports =
      (file.under("libpravega_actor/") && !is_port) ||
      (file.under("libpravega_sandbox/") && !file.under("libpravega_sandbox/src/server/"));
  if (!file.is_cpp() || !below_ports) return {};
  const std::string code = code_only(file.text);
  auto found = find_words(file, code, words, why);
  // The blocking conveniences wait in their caller's thread, outside of all actors.
  const auto includes = includes_of(file.text);
  const bool waits = std::any_of(includes.begin(), includes.end(), [](const auto& include) {
    return include.path == "core/rendezvous.hpp";
  });
  if (waits) return found;
  const auto clocks = find_words(file, code, own_clock, why);
  found.insert(found.end(), clocks.begin(), clocks.end());
  return found;
}

findings check_errors_are_values(const source_file& file) {
  constexpr std::array<std::string_view, 10> words{
      "throw",     "std::abort", "std::terminate", "std::exit", "std::cout",
      "std::cerr", "printf",     "fprintf",        "puts",      "std::clog"};
  if (!file.is_cpp() || !file.under("libpravega_actor/")) return {};
  return find_words(file, code_only(file.text), words, "stands in the library");
}

findings check_function_length(const source_file& file) {
  if (!file.is_cpp()) return {};
  findings found;
  const std::string code = without_directives(code_only(file.text));
  std::vector<block> open;
  std::string head;
  std::size_t line = 1;
  std::size_t head_line = 1;
  for (const char c : code) {
    if (c == '\n') ++line;
    if (c == '{') {
      const bool inside = !open.empty() && open.back().is_function;
      open.push_back({head_line, inside || is_function_head(head)});
    }
    if (c == '}' && !open.empty()) {
      const block closed = open.back();
      open.pop_back();
      const bool outermost = open.empty() || !open.back().is_function;
      if (closed.is_function && outermost && line - closed.line + 1 > function_lines_max)
        found.push_back({file.path, closed.line, "the function has more than 60 lines"});
    }
    if (c == '{' || c == '}' || c == ';') {
      head.clear();
    } else {
      if (head.empty() && c != '\n' && c != ' ') head_line = line;
      if (!head.empty() || (c != '\n' && c != ' ')) head += c;
    }
  }
  return found;
}

}  // namespace pravega_actor::tidy
