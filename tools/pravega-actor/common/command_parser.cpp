// The only file that knows CLI11: it is dear to compile.
#include "common/command_parser.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

#include "common/help_text.hpp"
#include "common/safe_text.hpp"
#include "pravega_actor/version.hpp"

namespace pravega_actor::tool {

namespace {

/// Options as "--name TYPE", with ranges left to the errors, and defaults behind the
/// description.
class help_formatter final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return {};
    const auto type = option->get_type_name();
    return " " + type.substr(0, type.find(':'));
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    const auto value = option->get_default_str();
    return option->get_description() + (value.empty() ? "" : " (default: " + value + ")");
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    auto usage = CLI::Formatter::make_usage(app, std::move(name));
    return "\n" + usage;
  }
};

template <class Number>
CLI::Option* add_number(CLI::App& app, const option_row& row) {
  auto* option = app.add_option(row.names, *static_cast<Number*>(row.into), row.meaning);
  if (row.has_range())
    option->check(CLI::Range(static_cast<Number>(row.least), static_cast<Number>(row.most)));
  return option;
}

CLI::Option* add_texts(CLI::App& app, const option_row& row) {
  auto* into = static_cast<std::vector<std::string>*>(row.into);
  // The same option may stand before the verb and behind it.
  return app
      .add_option_function<std::vector<std::string>>(
          row.names,
          [into](const std::vector<std::string>& more) {
            into->insert(into->end(), more.begin(), more.end());
          },
          row.meaning)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_by_kind(CLI::App& app, const option_row& row) {
  switch (row.kind) {
    case value_kind::flag:
      return app.add_flag(row.names, *static_cast<bool*>(row.into), row.meaning);
    case value_kind::texts:
      return add_texts(app, row);
    case value_kind::int_32:
      return add_number<std::int32_t>(app, row);
    case value_kind::unsigned_16:
      return add_number<std::uint16_t>(app, row);
    case value_kind::unsigned_32:
      return add_number<std::uint32_t>(app, row);
    case value_kind::int_64:
      return add_number<std::int64_t>(app, row);
    case value_kind::unsigned_64:
      return add_number<std::uint64_t>(app, row);
    case value_kind::real:
      return add_number<double>(app, row);
    case value_kind::text:
      break;
  }
  return app.add_option(row.names, *static_cast<std::string*>(row.into), row.meaning);
}

void add_options(CLI::App& app, const verb_row& verb) {
  for (const auto& each : verb.options) {
    auto* option = add_by_kind(app, each);
    if (each.kind != value_kind::flag) option->type_name(each.shown_type());
    if (!each.group_name.empty()) option->group(each.group_name);
    if (const auto value = each.default_text(); !value.empty()) option->default_str(value);
    if (each.is_required) option->required();
    if (!each.needed.empty()) option->needs(app.get_option(each.needed));
    for (const auto& name : each.excluded)
      option->excludes(app.get_option(name));
  }
}

void add_verb(CLI::App& app, const verb_row& verb, const verb_row*& chosen) {
  add_options(app, verb);
  if (!verb.footer.empty()) app.footer(verb.footer);
  if (!verb.actions.empty()) app.require_subcommand(1);
  for (const auto& each : verb.actions) {
    auto* added = app.add_subcommand(each.name, each.about);
    if (each.hidden) added->group("");
    add_verb(*added, each, chosen);
  }
  if (verb.run) app.callback([&verb, &chosen] { chosen = &verb; });
}

// The words that no option takes, in the order given.
std::string unexpected(const CLI::App& app) {
  const auto left = app.remaining(true);
  std::string text = left.size() == 1 ? "unexpected argument:" : "unexpected arguments:";
  for (const auto& each : left)
    text += " " + each;
  return text;
}

std::string failure_text(const CLI::App* failed, const CLI::Error& reason) {
  std::string text{reason.what()};
  if (reason.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError))
    text = unexpected(*failed);
  std::string path = failed->get_name();
  for (auto verbs = failed->get_subcommands(); !verbs.empty();
       verbs = failed->get_subcommands()) {
    failed = verbs.front();
    path += " " + failed->get_name();
  }
  const auto left = failed->remaining();
  if (text == "A subcommand is required")
    text = left.empty() ? "a verb is missing" : "there is no verb \"" + left.front() + "\"";
  return "pravega-actor: " + shown(text) + "\nSee `" + path + " --help`.\n";
}

}  // namespace

parsed_line parse_command_line(const verb_row& root, int argc, const char* const* argv) {
  parsed_line found;
  CLI::App app{root.about, root.name};
  auto formatter = std::make_shared<help_formatter>();
  formatter->column_width(help_column);
  app.formatter(formatter);
  app.set_version_flag("--version", std::string{version()}, "Print the version");
  app.failure_message(failure_text);
  add_verb(app, root, found.verb);
  try {
    app.parse(argc, argv);
    if (found.verb != nullptr && found.verb->check)
      if (const auto wrong = found.verb->check(); !wrong.empty())
        throw CLI::RequiredError(wrong);
  } catch (const CLI::ParseError& reason) {
    found.verb = nullptr;
    std::ostringstream out;
    std::ostringstream err;
    if (app.exit(reason, out, err) != 0) found.code = exit_code::usage;
    found.out =
        out.str().find("Usage:") == std::string::npos ? out.str() : fitted_help(out.str());
    found.err = err.str();
  }
  return found;
}

}  // namespace pravega_actor::tool
