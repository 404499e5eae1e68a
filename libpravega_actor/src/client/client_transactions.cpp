// How a client opens writers of transactions: for handles and for actors.
#include "client/client_core.hpp"
#include "core/access.hpp"
#include "core/forked_child.hpp"
#include "core/waiting.hpp"
#include "pravega_actor/actors.hpp"
#include "transaction/open_transactional_writer.hpp"

namespace pravega_actor {

using namespace internal;

result<transactional_event_writer> client::open_transactional_writer(
    const scoped_stream& stream, const transactional_writer_options& options) {
  const auto late =
      error{errc::deadline_exceeded, "the client's supervisor did not answer"}.with_subject(
          stream.to_string());
  return wait_for<transactional_event_writer>(duration{0}, late, [&](auto done) {
    open_transactional_writer_async(stream, options, std::move(done));
  });
}

void client::open_transactional_writer_async(
    const scoped_stream& stream, const transactional_writer_options& options,
    std::function<void(result<transactional_event_writer>)> done) {
  if (in_forked_child()) return done(forked_child_error());
  open_transactional_writer_handle(*core_, {stream, options, default_writer_options()},
                                   std::move(done));
}

void create_transactional_writer_actor(
    const client& with, const scoped_stream& stream,
    const transactional_writer_options& options,
    std::function<void(result<transactional_writer_handle>)> done) {
  if (in_forked_child()) return done(forked_child_error());
  internal::open_transactional_writer(
      access::core_of(with), {stream, options, with.default_writer_options()}, std::move(done));
}

}  // namespace pravega_actor
