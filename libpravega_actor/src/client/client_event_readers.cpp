// Reader groups and their readers at the client's handle.
#include "client/client_core.hpp"
#include "core/access.hpp"
#include "core/forked_child.hpp"
#include "core/waiting.hpp"
#include "group_manager/group_resetter.hpp"
#include "group_reader/open_event_reader.hpp"
#include "pravega_actor/actors.hpp"

namespace pravega_actor {

using namespace internal;

reader_group_manager client::reader_groups() const {
  return access::make<reader_group_manager>(core_);
}

result<event_reader> client::create_event_reader(const scoped_group& group,
                                                 const std::string& reader,
                                                 const event_reader_options& options) {
  const auto& settings = core_->settings();
  const auto late = error{errc::deadline_exceeded, "the reader did not join its group"}
                        .with_stage(stage::controller_call)
                        .with_subject(group.to_string())
                        .with_controller(core_->context()->controller_address);
  return wait_for<event_reader>(
      milliseconds{settings.controller_call_timeout_ms + settings.reader_recovery_timeout_ms},
      late,
      [&](auto done) { create_event_reader_async(group, reader, options, std::move(done)); });
}

void client::create_event_reader_async(const scoped_group& group, const std::string& reader,
                                       const event_reader_options& options,
                                       std::function<void(result<event_reader>)> done) {
  if (in_forked_child()) return done(forked_child_error());
  open_event_reader_handle(*core_, {group, reader, options, {}, resetter_of(core_)},
                           std::move(done));
}

void create_event_reader_actor(const client& with, const scoped_group& group,
                               const std::string& reader, const event_reader_options& options,
                               std::function<void(result<event_reader_handle>)> done) {
  if (in_forked_child()) return done(forked_child_error());
  const auto& core = access::shared_core_of(with);
  open_event_reader(*core, {group, reader, options, {}, resetter_of(core)}, std::move(done));
}

namespace {

// The owner gets the reader as a message. Until then it is kept, as a writer's owner is.
template <class Owner>
void open_event_reader_for(const Owner& owner, const client& with, const scoped_group& group,
                           const std::string& reader, const event_reader_options& options) {
  const auto tell = [to = owner, group, reader](result<event_reader_handle> opened) {
    caf::anon_send(to, event_reader_opened{group, reader, std::move(opened)});
  };
  if (in_forked_child()) return tell(forked_child_error());
  const auto& core = access::shared_core_of(with);
  open_event_reader(*core, {group, reader, options, owner.address(), resetter_of(core)}, tell);
}

}  // namespace

void create_event_reader_actor(const client& with, const scoped_group& group,
                               const std::string& reader, const event_reader_options& options,
                               const caf::actor& owner) {
  open_event_reader_for(owner, with, group, reader, options);
}

void create_event_reader_actor(const client& with, const scoped_group& group,
                               const std::string& reader, const event_reader_options& options,
                               const event_reader_owner& owner) {
  open_event_reader_for(owner, with, group, reader, options);
}

}  // namespace pravega_actor
