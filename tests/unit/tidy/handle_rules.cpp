#include "unit/tidy/handle_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

namespace pravega_actor::tidy {
namespace {

constexpr std::array<std::string_view, 3> addresses{"strong_actor_ptr", "weak_actor_ptr",
                                                    "actor_addr"};
constexpr std::string_view cast = "actor_cast";
constexpr std::array<std::string_view, 3> untyped_actors{
    "caf::behavior", "caf::event_based_actor", "caf::stateful_actor"};

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// What stands between the angle brackets at `at`, without blanks and namespaces of CAF; "" if
// there are none.
std::string argument_at(std::string_view code, std::size_t at) {
  while (at < code.size() && is_blank(code[at]))
    ++at;
  std::string argument;
  if (at == code.size() || code[at] != '<') return argument;
  const auto end = std::min(code.find('>', at), code.size());
  std::copy_if(code.begin() + static_cast<std::ptrdiff_t>(at + 1),
               code.begin() + static_cast<std::ptrdiff_t>(end), std::back_inserter(argument),
               [](char c) { return !is_blank(c); });
  for (const std::string_view space : {"::", "caf::"})
    if (argument.starts_with(space)) argument.erase(0, space.size());
  return argument;
}

// Calls `found(place)` for each place of the whole word.
template <class Found>
void each_word(std::string_view code, std::string_view word, const Found& found) {
  for (auto at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
    const auto begin = at == 0 ? 0 : at - 1;
    if (has_word(code.substr(begin, at - begin + word.size() + 1), word)) found(at);
  }
}

findings check_file(const source_file& file) {
  findings all;
  const std::string code = code_only(file.text);
  const auto add = [&](std::size_t at, const char* what) {
    const auto before = std::string_view{code}.substr(0, at);
    const auto line =
        static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n') + 1);
    all.push_back({file.path, line, what});
  };
  each_word(code, "caf::actor", [&](std::size_t at) {
    add(at, "an untyped handle: the compiler does not check what is sent to it");
  });
  for (const auto base : untyped_actors)
    each_word(code, base, [&](std::size_t at) {
      add(at, "an untyped actor: the compiler does not check what it handles");
    });
  each_word(code, cast, [&](std::size_t at) {
    const auto to = argument_at(code, at + cast.size());
    // Counted as an untyped handle above.
    if (to == "actor") return;
    if (std::find(addresses.begin(), addresses.end(), to) == addresses.end())
      add(at, "actor_cast to an interface, which the compiler does not check");
  });
  return all;
}

}  // namespace

findings check_handles(const std::vector<source_file>& files,
                       const untyped_handles& exceptions) {
  findings all;
  auto unused = exceptions;
  for (const auto& file : files) {
    if (!file.is_cpp() || !file.under("libpravega_actor/")) continue;
    auto found = check_file(file);
    if (found.empty() || unused.erase(file.path) > 0) continue;
    all.insert(all.end(), found.begin(), found.end());
  }
  for (const auto& [path, reason] : unused)
    all.push_back({path, 1, "this exception is not needed (" + reason + ")"});
  return all;
}

}  // namespace pravega_actor::tidy
