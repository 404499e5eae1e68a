// Writes several events of one key that are stored all or not at all.
#include <array>
#include <iostream>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

// A transfer is two bookings; nobody may ever see one of them alone.
result<void> transfer(client& pravega) {
  const scoped_stream stream{"examples", "bookings"};
  if (auto made = pravega.streams().ensure_scope(stream.scope); !made) return made.error();
  if (auto made = pravega.streams().ensure_stream(stream, fixed_segments(4)); !made)
    return made.error();
  auto writer = pravega.create_writer(stream);
  if (!writer) return writer.error();
  const std::array<byte_view, 2> bookings{as_bytes("alice -10"), as_bytes("bob +10")};
  auto ticket = writer->write_batch("transfer 1", bookings, seconds{5});
  if (!ticket) return ticket.error();
  if (auto durable = writer->flush(seconds{5}); !durable) return durable.error();
  std::cout << "both bookings are durable\n";
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  auto server = pravega_sandbox::sandbox::start();
  config settings;
  if (argc > 1)
    settings.controller_uri = argv[1];
  else if (server)
    settings.controller_uri = (*server)->controller_uri();
  auto pravega = client::create(settings);
  const auto outcome = pravega ? transfer(*pravega) : result<void>{pravega.error()};
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
