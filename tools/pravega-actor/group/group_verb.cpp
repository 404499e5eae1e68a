// pravega-actor group: create, list, reset, checkpoint, offline, delete.
#include <fmt/format.h>

#include <random>

#include "common/report.hpp"
#include "common/safe_text.hpp"
#include "common/waiting.hpp"
#include "group/group_actions.hpp"
#include "group/group_report.hpp"
#include "stream/stream_actions.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds checkpoint_patience{60};

result<std::vector<scoped_stream>> streams_of(const std::vector<std::string>& texts) {
  std::vector<scoped_stream> streams;
  for (const auto& each : texts) {
    auto stream = scoped_stream::parse(each);
    if (!stream) return stream.error();
    streams.push_back(std::move(*stream));
  }
  return streams;
}

// One call of the library, with what a person reads while it lasts.
template <class Call>
auto waiting_for(const common_options& common, group_session& on, const std::string& to,
                 std::string if_stopped, Call call) {
  const blocking_wait wait{common, for_controller(on.in.settings(), to, std::move(if_stopped))};
  return call();
}

result<exit_code> create(const common_options& common, const group_action_options& options) {
  auto streams = streams_of(options.streams);
  if (!streams) return streams.error();
  auto wanted = wanted_of(options.settings, *streams, {});
  if (!wanted) return wanted.error();
  auto on = group_session::open(common, options);
  if (!on) return on.error();
  auto made = waiting_for(
      common, *on, "create " + on->name(), "it is unknown whether it was created",
      [&] { return on->groups().ensure_group(on->group, wanted->config, wanted->start); });
  if (!made) return made.error();
  auto differences = differences_asked_for(options.settings, made->differences);
  for (const auto& each : *streams)
    if (!made->config.starting_cuts.contains(each))
      differences.push_back("it does not read " + each.to_string());
  if (!differences.empty())
    return error{errc::reader_group_exists,
                 fmt::format("it differs from what was asked for: {}; `pravega-actor group "
                             "reset` changes it",
                             fmt::join(differences, "; "))}
        .with_subject(on->name());
  const bool created = made->outcome == ensured::created;
  if (common.json)
    print_json(json_object{}
                   .add("group", on->name())
                   .add("created", created)
                   .add("config", tool::to_json(made->config)));
  else
    print_text(fmt::format("{} {}\n", created ? "created" : "existed", on->name()));
  return told();
}

result<exit_code> list(const common_options& common, const group_action_options& options) {
  auto in = session::open(common);
  if (!in) return in.error();
  auto names = [&] {
    const blocking_wait wait{common, for_controller(in->settings(), "list reader groups")};
    return in->pravega().reader_groups().list_groups(options.scope);
  }();
  if (!names) return names.error();
  if (common.json) {
    print_json(json_object{}.add("groups", *names));
    return told();
  }
  std::string text;
  for (const auto& each : *names)
    text += shown(each) + "\n";
  print_text(text);
  return told();
}

// Without new settings: back to the last checkpoint.
result<reset_target> target_of(const common_options& common, group_session& on,
                               const group_settings& settings) {
  const bool nothing_new = settings.from.empty() && settings.retention.empty() &&
                           settings.checkpoint_interval_ms == group_settings::not_given &&
                           settings.refresh_ms == group_settings::not_given;
  if (nothing_new) return reset_target{reset_to::last_checkpoint{}};
  auto present = waiting_for(common, on, "return the settings of " + on.name(), {},
                             [&] { return on.groups().config_of(on.group); });
  if (!present) return present.error();
  auto wanted = wanted_of(settings, {}, std::move(*present));
  if (!wanted) return wanted.error();
  return reset_target{reset_to::configuration{std::move(wanted->config), wanted->start}};
}

result<exit_code> reset(const common_options& common, const group_action_options& options) {
  auto on = group_session::open(common, options);
  if (!on) return on.error();
  auto target = target_of(common, *on, options.settings);
  if (!target) return target.error();
  auto config = waiting_for(common, *on, "reset " + on->name(),
                            "a reset that was begun is completed by the readers, or by the "
                            "next reset",
                            [&] { return on->groups().reset(on->group, *target); });
  if (!config) return config.error();
  if (common.json)
    print_json(json_object{}
                   .add("group", on->name())
                   .add("reset", true)
                   .add("config", tool::to_json(*config)));
  else
    print_text(fmt::format("reset {}; its readers end\n", on->name()));
  return told();
}

result<exit_code> make_checkpoint(const common_options& common,
                                  const group_action_options& options) {
  auto on = group_session::open(common, options);
  if (!on) return on.error();
  const auto name = options.checkpoint.empty()
                        ? fmt::format("checkpoint-{:08x}", std::random_device{}())
                        : options.checkpoint;
  const auto patience = patience_of(common, checkpoint_patience);
  auto details = for_local("the readers of " + on->name() + " to pass the checkpoint " + name);
  details.longest_ms = to_ms(patience);
  details.if_stopped = "the checkpoint stays in the group and may complete";
  auto made = [&] {
    // The call has the same end, and says which readers are missing.
    auto without_timeout = common;
    without_timeout.timeout_s = 0;
    const blocking_wait wait{without_timeout, std::move(details)};
    return on->groups().initiate_checkpoint(on->group, name, patience);
  }();
  if (!made)
    return with_offline_hint(made.error())
        .with_subject(fmt::format("checkpoint {} of {}", name, on->name()));
  if (common.json) {
    print_json(json_object{}
                   .add("group", on->name())
                   .add("checkpoint", made->name)
                   .add("cuts", tool::to_json(made->cuts)));
    return told();
  }
  std::string text = fmt::format("checkpoint {} of {}\n", shown(made->name), on->name());
  for (const auto& [stream, cut] : made->cuts)
    text += fmt::format("{}  {}\n", stream.to_string(), cut.to_text());
  print_text(text);
  return told();
}

result<exit_code> offline(const common_options& common, const group_action_options& options) {
  auto on = group_session::open(common, options);
  if (!on) return on.error();
  auto was_online = waiting_for(
      common, *on, fmt::format("take {} offline in {}", shown(options.reader), on->name()),
      "it is unknown whether the reader is offline",
      [&] { return on->groups().set_reader_offline(on->group, options.reader); });
  if (!was_online) return was_online.error();
  if (common.json)
    print_json(json_object{}
                   .add("group", on->name())
                   .add("reader", options.reader)
                   .add("was_online", *was_online));
  else
    print_text(fmt::format("{} {} in {}\n", shown(options.reader),
                           *was_online ? "is offline" : "was not online", on->name()));
  return told();
}

result<exit_code> remove(const common_options& common, const group_action_options& options) {
  auto on = group_session::open(common, options);
  if (!on) return on.error();
  auto deleted =
      waiting_for(common, *on, "delete " + on->name(), "it is unknown whether it is deleted",
                  [&] { return on->groups().delete_group(on->group); });
  if (!deleted) return deleted.error();
  if (!*deleted) return error{errc::reader_group_not_found}.with_subject(on->name());
  if (common.json)
    print_json(json_object{}.add("group", on->name()).add("deleted", true));
  else
    print_text(fmt::format("deleted {}\n", on->name()));
  return told();
}

void add_from(verb_row& verb, std::vector<std::string>& into, const char* what) {
  verb.add("--from", into, what).type("PLACE");
}

void add_group_changes(verb_row& verb, common_options& common,
                       const std::shared_ptr<group_action_options>& options) {
  auto& resetting = add_group_action(
      verb, common, "reset", "Start again at the last checkpoint or elsewhere", options, reset);
  add_group_argument(resetting, options->group);
  add_from(resetting, options->settings.from, "head, tail or the text of a cut; repeatable");
  add_group_settings(resetting, options->settings, "");
  resetting.footer =
      "All readers of the group end with an error; new readers begin at the new place.\n"
      "Settings that are not given stay as they are. With new settings and without --from,\n"
      "the group starts again at its first starting place.\n"
      "\n"
      "Example:\n"
      "  pravega-actor group reset logs/workers --from head";
  auto& passing = add_group_action(
      verb, common, "checkpoint", "Make a checkpoint and wait until all readers have passed it",
      options, make_checkpoint);
  add_group_argument(passing, options->group);
  passing.add("--name", options->checkpoint, "The checkpoint's name (default: a random one)");
  passing.footer =
      "Prints a stream cut for each stream: `read --from` and `group reset --from` take it.\n"
      "Waits for up to a minute, or for --timeout.\n"
      "\n"
      "Example:\n"
      "  pravega-actor group checkpoint logs/workers --name before-update";
  auto& burying = add_group_action(verb, common, "offline",
                                   "Declare a reader dead, so that others get its segments",
                                   options, offline);
  add_group_argument(burying, options->group);
  burying.add("reader,--reader", options->reader, "The reader (required)")
      .type("READER")
      .required();
  burying.footer =
      "Do this only if the reader's process has ended. Other readers read again what it had\n"
      "processed since its last checkpoint.\n"
      "\n"
      "Example:\n"
      "  pravega-actor group offline logs/workers host-4711-1f3c9a20";
}

}  // namespace

void add_group_argument(verb_row& verb, std::string& into) {
  verb.add("group,--group", into, "The group, as an argument or with --group (required)")
      .type("SCOPE/GROUP")
      .required();
}

verb_row& add_group_action(verb_row& verb, common_options& common, const char* name,
                           const char* about,
                           const std::shared_ptr<group_action_options>& options,
                           group_action action) {
  auto& added = verb.add_action(name, about);
  add_json_option(added, common);
  add_common_options(added, common);
  added.run = [&common, options, action] { return action(common, *options); };
  return added;
}

result<group_session> group_session::open(const common_options& common,
                                          const group_action_options& options) {
  auto group = parse_group(options.group);
  if (!group) return group.error();
  auto in = session::open(common);
  if (!in) return in.error();
  return group_session{std::move(*group), std::move(*in)};
}

void add_group_verb(verb_row& root, common_options& common) {
  auto& verb =
      root.add_action("group", "Create, describe, checkpoint, reset and delete reader groups");
  verb.footer =
      "`pravega-actor read STREAM --group GROUP` reads as a member of a group.\n"
      "Example:\n  pravega-actor group describe --help";
  auto options = std::make_shared<group_action_options>();
  auto& creating = add_group_action(verb, common, "create", "Create a group unless it exists",
                                    options, create);
  add_group_argument(creating, options->group);
  creating
      .add("--stream", options->streams, "A stream that the group reads; repeatable (required)")
      .type("SCOPE/STREAM")
      .required();
  add_from(creating, options->settings.from,
           "Where it begins: head (the default), tail or the text of a cut; repeatable");
  add_group_settings(creating, options->settings, "");
  creating.footer =
      "If the group exists with other settings, it is not changed; that is an error.\n"
      "Example:\n"
      "  pravega-actor group create logs/workers --stream logs/dpkg --refresh-ms 1000";
  auto& listing =
      add_group_action(verb, common, "list", "List the groups of a scope", options, list);
  listing.add("scope,--scope", options->scope, "The scope (required)").type("SCOPE").required();
  listing.footer = "Example:\n  pravega-actor group list logs";
  add_group_describe(verb, common, options);
  add_group_changes(verb, common, options);
  auto& deleting = add_group_action(
      verb, common, "delete", "Delete a group; its readers end with an error", options, remove);
  add_group_argument(deleting, options->group);
  deleting.footer = "Example:\n  pravega-actor group delete logs/workers";
}

}  // namespace pravega_actor::tool
