#include "streams/stream_changes.hpp"

namespace pravega_actor::internal {

namespace {

ensured as_ensured(const controller::creation& reply) {
  return reply.created ? ensured::created : ensured::existed;
}

}  // namespace

step ensure_scope_there(const std::string& scope, const teller<ensured>& tell) {
  if (auto valid = check_name(scope); !valid) return tell(valid.error());
  return ask(controller::create_scope{scope}, [tell](const result<controller::creation>& made) {
    return tell(made.map(as_ensured));
  });
}

step ensure_stream_there(const scoped_stream& stream, const stream_config& config,
                         const teller<ensured_config>& tell) {
  auto valid = check_names(stream);
  if (valid) valid = check(config);
  if (!valid) return tell(valid.error().with_subject(stream.to_string()));
  return ask_or_fail(
      controller::create_stream{stream, config}, tell, [=](const controller::creation& made) {
        if (made.created) return tell(ensured_config{ensured::created, config, {}});
        return ask_or_fail(
            controller::get_stream_config{stream}, tell, [=](const stream_config& existing) {
              auto other = differences(existing, config);
              const auto found = other.empty() ? ensured::existed : ensured::differs;
              return tell(ensured_config{found, existing, std::move(other)});
            });
      });
}

step delete_scope_there(const std::string& scope, const teller<bool>& tell) {
  return ask(controller::delete_scope{scope},
             [tell](const result<controller::deletion>& deleted) {
               if (!deleted && deleted.error() == errc::scope_not_found) return tell(false);
               return tell(deleted.map([](const auto& reply) { return reply.deleted; }));
             });
}

step seal_and_delete(const scoped_stream& stream, const teller<bool>& tell) {
  // It was there to be sealed: if it is gone now, an attempt whose answer was lost deleted it.
  const auto delete_it = [=] {
    return ask(controller::delete_stream{stream},
               [tell](const result<controller::deletion>& deleted) {
                 const bool gone = deleted || deleted.error() == errc::stream_not_found;
                 return gone ? tell(true) : tell(deleted.error());
               });
  };
  return ask(controller::seal_stream{stream}, [=](const result<controller::done>& sealed) {
    if (sealed) return delete_it();
    if (sealed.error() == errc::stream_not_found) return tell(false);
    return tell(sealed.error());
  });
}

step change_config(const scoped_stream& stream, const stream_change& change,
                   const teller<stream_config>& tell) {
  return ask_or_fail(controller::get_stream_config{stream}, tell,
                     [=](const stream_config& before) {
                       const auto after = change.apply_to(before);
                       if (auto valid = check(after); !valid)
                         return tell(valid.error().with_subject(stream.to_string()));
                       return ask_or_fail(controller::update_stream{stream, after}, tell,
                                          [=](const controller::done&) { return tell(after); });
                     });
}

}  // namespace pravega_actor::internal
