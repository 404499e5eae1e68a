// What the command line takes, as a table: each verb declares its rows, one place parses them.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "common/exit_codes.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::tool {

/// The type of the variable that an option sets.
enum class value_kind : std::uint8_t {
  flag,
  text,
  texts,
  int_32,
  unsigned_16,
  unsigned_32,
  int_64,
  unsigned_64,
  real,
};

/// One option or argument.
struct option_row {
  /// "--quiet,-q", or "stream,--stream" for what may also stand alone.
  std::string names;
  value_kind kind = value_kind::flag;
  /// A variable of that kind, which must live as long as the table.
  void* into = nullptr;
  std::string meaning;
  /// What stands for the value in texts; "": N for a number, TEXT for a text.
  std::string type_name;
  std::string group_name;
  double least = 0;
  /// Below `least`: no range.
  double most = -1;
  bool shows_default = false;
  bool is_required = false;
  /// Names of other options, which come before this one in the table.
  std::string needed;
  std::vector<std::string> excluded;

  option_row& type(std::string_view name);
  option_row& group(std::string_view name);
  option_row& range(double from, double to) { return least = from, most = to, *this; }
  /// Texts show the value that the variable has when the table is made.
  option_row& with_default() { return shows_default = true, *this; }
  option_row& required() { return is_required = true, *this; }
  option_row& needs(std::string_view name);
  /// Each call names one more.
  option_row& excludes(std::string_view name);

  [[nodiscard]] bool has_range() const noexcept { return most >= least; }
  /// `type_name`, or what stands for it; "" for a flag.
  [[nodiscard]] std::string shown_type() const;
  /// The variable's value as text; "" unless the default is shown.
  [[nodiscard]] std::string default_text() const;
};

/// A verb or an action of one, with its options.
struct verb_row {
  std::string name;
  std::string about;
  std::string footer;
  /// Not listed by --help.
  bool hidden = false;
  // Rows keep their places.
  std::list<option_row> options;
  std::list<verb_row> actions;
  /// What is wrong with the options together, "" if nothing; may be empty.
  std::function<std::string()> check;
  /// Empty for a verb that needs an action.
  std::function<result<exit_code>()> run;

  verb_row& add_action(std::string_view action, std::string_view what) {
    auto& row = actions.emplace_back();
    row.name = action;
    row.about = what;
    return row;
  }

  option_row& add(const char* names, bool& into, const char* meaning);
  option_row& add(const char* names, std::string& into, const char* meaning);
  /// Each occurrence adds one.
  option_row& add(const char* names, std::vector<std::string>& into, const char* meaning);
  option_row& add(const char* names, std::int32_t& into, const char* meaning);
  option_row& add(const char* names, std::uint16_t& into, const char* meaning);
  option_row& add(const char* names, std::uint32_t& into, const char* meaning);
  option_row& add(const char* names, std::int64_t& into, const char* meaning);
  option_row& add(const char* names, std::uint64_t& into, const char* meaning);
  option_row& add(const char* names, double& into, const char* meaning);

 private:
  option_row& add_row(const char* names, value_kind kind, void* into, const char* meaning);
};

/// All verbs and options as lines for programs that make completions and manual pages, in the
/// format that `machine_text_format` describes.
[[nodiscard]] std::string machine_text(const verb_row& root);
[[nodiscard]] std::string machine_text_format();

}  // namespace pravega_actor::tool
