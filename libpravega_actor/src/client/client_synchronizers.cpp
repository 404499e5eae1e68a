// How a client opens synchronizers: for handles and for actors.
#include "client/client_core.hpp"
#include "core/access.hpp"
#include "core/forked_child.hpp"
#include "core/waiting.hpp"
#include "pravega_actor/actors.hpp"
#include "synchronizer/open_synchronizer.hpp"
#include "synchronizer/synchronizer_core.hpp"

namespace pravega_actor {

using namespace internal;

void open_synchronizer_link_async(const client& with, const scoped_stream& stream,
                                  std::unique_ptr<replica> (*make)(),
                                  const synchronizer_options& options,
                                  std::function<void(const result<synchronizer_link>&)> done) {
  if (in_forked_child()) return done(forked_child_error());
  auto& core = access::core_of(with);
  open_synchronizer(core, {stream, options, {make, nullptr}},
                    [done = std::move(done),
                     context = core.context()](const result<synchronizer_control>& opened) {
                      if (!opened) return done(opened.error());
                      done(access::make<synchronizer_link>(
                          std::make_shared<synchronizer_core>(context, *opened)));
                    });
}

result<synchronizer_link> open_synchronizer_link(const client& with,
                                                 const scoped_stream& stream,
                                                 std::unique_ptr<replica> (*make)(),
                                                 const synchronizer_options& options) {
  const auto& core = access::core_of(with);
  const auto late = error{errc::deadline_exceeded, "the synchronizer was not opened"}
                        .with_stage(stage::controller_call)
                        .with_controller(core.context()->controller_address);
  return wait_for<synchronizer_link>(
      milliseconds{core.settings().controller_call_timeout_ms}, late, [&](auto done) {
        open_synchronizer_link_async(with, stream, make, options, std::move(done));
      });
}

void create_synchronizer_actor(const client& with, const create_synchronizer& what,
                               std::function<void(const synchronizer_opened&)> done) {
  if (in_forked_child()) return done({what.stream, forked_child_error()});
  open_synchronizer(access::core_of(with), {what.stream, what.options, what.parts},
                    [done = std::move(done),
                     stream = what.stream](const result<synchronizer_control>& opened) {
                      done({stream, address_of(opened)});
                    });
}

}  // namespace pravega_actor
