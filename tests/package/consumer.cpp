// A program outside the project. With the sandbox it writes events and reads them back; without
// it asks a server that is not there. It ends with 0 only if that went as it should.
#include <iostream>
#include <set>
#include <string>

#include "pravega_actor/client.hpp"
#include "pravega_actor/version.hpp"
#ifdef CONSUMER_SANDBOX
#include "pravega_sandbox/sandbox.hpp"
#endif

using namespace pravega_actor;

namespace {

[[maybe_unused]] result<std::set<std::string>> write_and_read(client& pravega,
                                                              const scoped_stream& stream,
                                                              int count) {
  if (auto made = pravega.streams().ensure_scope(stream.scope); !made) return made.error();
  if (auto made = pravega.streams().ensure_stream(stream, fixed_segments(2)); !made)
    return made.error();
  auto writer = pravega.create_writer(stream);
  if (!writer) return writer.error();
  for (int i = 0; i < count; ++i) {
    const auto text = "event " + std::to_string(i);
    auto ticket = writer->write("key " + std::to_string(i % 7), as_bytes(text), seconds{10});
    if (!ticket) return ticket.error();
  }
  if (auto durable = writer->flush(seconds{10}); !durable) return durable.error();
  auto reader = pravega.create_reader(stream, pravega.default_reader_options());
  if (!reader) return reader.error();
  std::set<std::string> found;
  for (int read = 0; read < count;) {
    auto item = reader->next(seconds{10});
    if (!item) return item.error();
    if (!*item) return error{errc::deadline_exceeded, "no events"};
    if (const auto* slice = std::get_if<event_slice>(&**item)) {
      read += static_cast<int>(slice->event_count());
      for (const auto event : *slice)
        found.emplace(as_text(event.payload));
    }
  }
  return found;
}

#ifdef CONSUMER_SANDBOX
bool works(config settings) {
  constexpr int count = 1000;
  auto server = pravega_sandbox::sandbox::start();
  if (!server) return false;
  settings.controller_uri = (*server)->controller_uri();
  auto pravega = client::create(settings);
  if (!pravega) return false;
  const auto found = write_and_read(*pravega, {"package", "events"}, count);
  if (!found) {
    std::cerr << found.error().to_string() << '\n';
    return false;
  }
  const auto last = "event " + std::to_string(count - 1);
  return found->size() == count && found->contains("event 0") && found->contains(last) &&
         pravega->close().outcome.has_value();
}
#else
bool works(config settings) {
  settings.controller_uri = "tcp://127.0.0.1:1";  // nothing listens on port 1
  settings.controller_call_timeout_ms = 300;
  settings.controller_attempt_timeout_ms = 200;
  auto pravega = client::create(settings);
  if (!pravega) return false;
  const auto failed = write_and_read(*pravega, {"package", "events"}, 1);
  if (failed) return false;
  const auto text = failed.error().to_string();
  std::cout << text << '\n';
  return text.find("127.0.0.1:1") != std::string::npos &&
         pravega->close().outcome.has_value();
}
#endif

}  // namespace

int main() {
  if (version() != CONSUMER_VERSION) {
    std::cerr << "headers of " << version() << ", package of " << CONSUMER_VERSION << '\n';
    return 1;
  }
  if (!works({})) return 1;
  std::cout << "pravega_actor " << version() << " works\n";
  return 0;
}
