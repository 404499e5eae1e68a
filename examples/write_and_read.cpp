// Writes three events and reads them back.
#include <iostream>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

result<void> write_and_read(const config& settings) {
  auto pravega = client::create(settings);
  if (!pravega) return pravega.error();
  const scoped_stream stream{"examples", "greetings"};
  if (auto made = pravega->streams().ensure_scope(stream.scope); !made) return made.error();
  if (auto made = pravega->streams().ensure_stream(stream, fixed_segments(4)); !made)
    return made.error();

  auto writer = pravega->create_writer(stream);
  if (!writer) return writer.error();
  for (const auto* text : {"one", "two", "three"})
    if (auto ticket = writer->write("some key", as_bytes(text), seconds{5}); !ticket)
      return ticket.error();
  if (auto durable = writer->flush(seconds{5}); !durable) return durable.error();

  auto reader = pravega->create_reader(stream, pravega->default_reader_options());
  if (!reader) return reader.error();
  for (std::size_t count = 0; count < 3;) {
    auto item = reader->next(seconds{5});  // a slice of many events, received as one
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "no events"};
    if (const auto* slice = std::get_if<event_slice>(&**item))
      for (const auto event : *slice) {
        std::cout << as_text(event.payload) << '\n';
        ++count;
      }
  }
  return {};
}

int main(int argc, char** argv) {
  auto server = pravega_sandbox::sandbox::start();  // an embedded Pravega
  config settings;
  if (argc > 1)
    settings.controller_uri = argv[1];  // or any other: tcp://host:9090
  else if (server)
    settings.controller_uri = (*server)->controller_uri();
  const auto outcome = write_and_read(settings);
  if (!outcome) std::cerr << outcome.error().to_string() << '\n';
  return outcome ? 0 : 1;
}
