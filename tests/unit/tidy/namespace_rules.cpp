#include "unit/tidy/namespace_rules.hpp"

#include <algorithm>
#include <cstdint>

namespace pravega_actor::tidy {
namespace {

constexpr std::string_view own = "pravega_actor";
constexpr std::string_view inner = "internal";
constexpr std::string_view inner_name = "internal::";
constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:";

struct scope {
  enum class kind : std::uint8_t { space, type, other };
  kind what = kind::other;
  /// Of a namespace; "" if it has none.
  std::string name;
  /// Of a type: whether its members are private here.
  bool is_private = false;
};
using scopes = std::vector<scope>;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \n");
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin);
}

// Without attributes, the macro of visibility and the like at the front.
std::string_view without_attributes(std::string_view head) {
  for (head = trimmed(head);; head = trimmed(head)) {
    if (head.starts_with("[["))
      head = head.substr(std::min(head.find("]]") + 2, head.size()));
    else if (head.starts_with("PRAVEGA_ACTOR_API"))
      head = head.substr(std::string_view{"PRAVEGA_ACTOR_API"}.size());
    else
      return head;
  }
}

std::string_view without_template(std::string_view head) {
  if (!head.starts_with("template")) return head;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (head[at] == '<') ++depth;
    if (head[at] == '>' && --depth == 0) return trimmed(head.substr(at + 1));
  }
  return head;
}

// Takes a word off the front, if it is there.
bool take(std::string_view& head, std::string_view word) {
  const bool there = head.starts_with(word) && has_word(head.substr(0, word.size() + 1), word);
  if (there) head = without_attributes(head.substr(word.size()));
  return there;
}

std::string name_at(std::string_view head) {
  return std::string{head.substr(0, head.find_first_not_of(name_characters))};
}

bool begins_type(std::string_view head) {
  head = without_template(head);
  return take(head, "class") || take(head, "struct") || take(head, "union") ||
         take(head, "enum");
}

// The name of the type that a declaration declares; "" if it declares none.
std::string declared_type(std::string_view head) {
  head = without_template(head);
  if (take(head, "using"))
    return has_word(head, "namespace") || head.find('=') == std::string_view::npos
               ? std::string{}
               : name_at(head);
  if (!begins_type(head)) return {};
  while (take(head, "enum") || take(head, "class") || take(head, "struct") ||
         take(head, "union")) {
  }
  // A function or variable has more behind the name.
  const auto name = name_at(head);
  auto rest = trimmed(head.substr(name.size()));
  take(rest, "final");
  const bool ends = rest.empty() || rest.front() == ':' || rest.front() == '<';
  return ends ? name : std::string{};
}

scope scope_of(std::string_view head) {
  take(head, "inline");
  if (take(head, "namespace")) return {scope::kind::space, name_at(head), false};
  auto rest = without_template(head);
  if (begins_type(head)) return {scope::kind::type, {}, take(rest, "class")};
  return {};
}

// Everything around is a namespace: a declaration is no member and no part of a function.
bool at_namespace_level(const scopes& open) {
  return std::all_of(open.begin(), open.end(),
                     [](const scope& each) { return each.what == scope::kind::space; });
}

bool in_unnamed(const scopes& open) {
  return std::any_of(open.begin(), open.end(), [](const scope& each) {
    return each.what == scope::kind::space && each.name.empty();
  });
}

std::string path_of(const scopes& open) {
  std::string path;
  for (const auto& each : open)
    if (each.what == scope::kind::space) path.append(each.name).append("::");
  return path;
}

bool is_internal(const scopes& open) {
  return path_of(open).find(inner_name) != std::string::npos;
}

// Directly in the library's namespace or at the top, not in another's.
bool is_outside_internal(const scopes& open) {
  const auto path = path_of(open);
  return (path.empty() || path.starts_with(own)) && !is_internal(open) && !in_unnamed(open);
}

bool is_private(const scopes& open) {
  return std::any_of(open.begin(), open.end(),
                     [](const scope& each) { return each.is_private; });
}

// Calls `declared(head, line, scopes, end)` for each declaration, with the character that ends
// its head, and `named(line, scopes)` for each `internal::`.
template <class Declared, class Named>
void walk(const std::string& code, const Declared& declared, const Named& named) {
  scopes open;
  std::string head;
  std::size_t line = 1;
  std::size_t head_line = 1;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '\n') ++line;
    if (c == 'i' && has_word(code.substr(at == 0 ? 0 : at - 1, inner_name.size() + 1), inner) &&
        code.compare(at, inner_name.size(), inner_name) == 0)
      named(line, open);
    const bool label =
        c == ':' && (head == "public" || head == "private" || head == "protected");
    if (label && !open.empty()) open.back().is_private = head == "private";
    if (c == '{' || c == ';') {
      if (!head.empty()) declared(head, head_line, open, c);
      if (c == '{') open.push_back(scope_of(head));
    }
    if (c == '}' && !open.empty()) open.pop_back();
    if (c == '{' || c == '}' || c == ';' || label) {
      head.clear();
    } else if (!head.empty() || (c != '\n' && c != ' ')) {
      if (head.empty()) head_line = line;
      head += c;
    }
  }
}

const auto not_named = [](std::size_t, const scopes&) {};

bool is_public_header(const source_file& file) {
  return file.is_header() &&
         (file.under("libpravega_actor/include/") || file.under("libpravega_sandbox/include/"));
}

}  // namespace

type_names public_types_of(const std::vector<source_file>& files) {
  type_names found;
  for (const auto& file : files) {
    if (!file.is_header() || !file.under("libpravega_actor/include/")) continue;
    walk(
        without_directives(code_only(file.text)),
        [&](const std::string& head, std::size_t, const scopes& open, char) {
          const auto name = declared_type(without_attributes(head));
          if (!name.empty() && at_namespace_level(open) && is_outside_internal(open))
            found.insert(name);
        },
        not_named);
  }
  return found;
}

findings check_internal_types(const source_file& file, const type_names& public_types) {
  if (!file.is_cpp() || !file.under("libpravega_actor/src/")) return {};
  findings found;
  const auto check = [&](const std::string& head, std::size_t line, const scopes& open, char) {
    if (!at_namespace_level(open) || !is_outside_internal(open)) return;
    const auto name = declared_type(without_attributes(head));
    // "client::guard" belongs to the public class.
    if (!name.empty() && !public_types.contains(name.substr(0, name.find("::"))))
      found.push_back(
          {file.path, line, name + " is internal, but not in pravega_actor::internal"});
    else if (file.is_header() && !open.empty() && !head.starts_with("namespace") &&
             !head.starts_with("template <>"))
      found.push_back({file.path, line, "a declaration outside pravega_actor::internal"});
  };
  walk(without_directives(code_only(file.text)), check, not_named);
  return found;
}

findings check_hidden_internals(const source_file& file) {
  const bool is_example = file.is_cpp() && file.under("examples/");
  if (!is_example && !is_public_header(file)) return {};
  findings found;
  const auto named = [&](std::size_t line, const scopes& open) {
    if (is_example)
      found.push_back({file.path, line, "an example names an internal"});
    else if (!is_private(open))
      found.push_back({file.path, line, "a public header shows an internal"});
  };
  const auto declared = [&](const std::string& head, std::size_t line, const scopes& open,
                            char end) {
    if (!is_internal(open)) return;
    if (end == '{' || declared_type(head).empty() || !begins_type(head))
      found.push_back({file.path, line, "a public header only forward-declares internals"});
  };
  walk(without_directives(code_only(file.text)), declared, named);
  return found;
}

}  // namespace pravega_actor::tidy
