// Large events of any size, written and read back over sockets.
//   usage: largest_event BYTES COUNT [CONTROLLER]
// Between two small events of the same key. Without a controller, a sandbox is in the process.
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "pravega_actor/client.hpp"
#include "pravega_sandbox/sandbox.hpp"

using namespace pravega_actor;

namespace {

constexpr seconds patience{300};
const scoped_stream in_stream{"largest", "event"};

/// No two parts are alike, so bytes in a wrong place are seen.
shared_bytes payload_of(std::size_t size) {
  std::vector<std::byte> bytes(size);
  std::uint64_t state = size;
  for (std::size_t at = 0; at + sizeof state <= size; at += sizeof state) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    std::memcpy(bytes.data() + at, &state, sizeof state);
  }
  return shared_bytes{std::move(bytes)};
}

class watch {
 public:
  [[nodiscard]] double seconds_passed() const {
    return std::chrono::duration<double>(clock_type::now() - begin_).count();
  }

 private:
  time_point begin_ = clock_type::now();
};

result<void> write_all(client& pravega, const shared_bytes& payload, int count) {
  auto options = pravega.default_writer_options();
  options.large_events.emplace();
  options.outstanding_bytes_max = 3 * payload.size();
  auto writer = pravega.create_writer(in_stream, options);
  if (!writer) return writer.error();
  const std::string small = "small";
  if (auto first = writer->write("key", as_bytes(small), patience); !first)
    return first.error();
  for (int i = 0; i < count; ++i)
    if (auto large = writer->write("key", payload, patience); !large) return large.error();
  if (auto last = writer->write("key", as_bytes(small), patience); !last) return last.error();
  return writer->flush(patience);
}

error unlike(std::size_t number, std::size_t bytes) {
  return {errc::protocol_violation, "event " + std::to_string(number) + " has " +
                                        std::to_string(bytes) + " bytes that are not its own"};
}

result<void> read_all(client& pravega, const shared_bytes& payload, std::size_t count) {
  auto options = pravega.default_reader_options();
  options.event_payload_bytes_max = limits::large_event_bytes_max;
  auto reader = pravega.create_reader(in_stream, options);
  if (!reader) return reader.error();
  for (std::size_t seen = 0; seen < count + 2;) {
    auto item = reader->next(patience);
    if (!item) return item.error();
    if (!*item) return errc::deadline_exceeded;
    const auto* slice = std::get_if<event_slice>(&**item);
    if (slice == nullptr) return error{errc::protocol_violation, "no events"};
    for (const auto event : *slice) {
      const bool small = seen == 0 || seen == count + 1;
      if (!equal(event.payload, small ? as_bytes("small") : payload.view))
        return unlike(seen, event.payload.size());
      ++seen;
    }
    reader->release();
  }
  reader->close();
  return {};
}

result<void> write_and_read(const config& settings, std::size_t bytes, int count) {
  auto pravega = client::create(settings);
  if (!pravega) return pravega.error();
  if (auto made = pravega->streams().ensure_scope(in_stream.scope); !made) return made.error();
  if (auto made = pravega->streams().ensure_stream(in_stream, fixed_segments(1)); !made)
    return made.error();
  const auto payload = payload_of(bytes);
  const auto all = static_cast<double>(bytes) * count / 1e6;
  const watch writing;
  if (auto written = write_all(*pravega, payload, count); !written) return written;
  std::printf("written: %.0f MB in %.1f s\n", all, writing.seconds_passed());
  const watch reading;
  if (auto read = read_all(*pravega, payload, static_cast<std::size_t>(count)); !read)
    return read;
  std::printf("read: %.0f MB in %.1f s\n", all, reading.seconds_passed());
  rusage used{};
  (void)::getrusage(RUSAGE_SELF, &used);
  std::printf("most memory: %ld MB\n", used.ru_maxrss / 1024);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const auto bytes = static_cast<std::size_t>(std::stoull(argv[1]));
  const int count = std::stoi(argv[2]);
  config settings;
  pravega_sandbox::sandbox_options options;
  options.memory_bytes_max = std::size_t{16} << 30;
  auto server = pravega_sandbox::sandbox::start(options);
  if (argc > 3)
    settings.controller_uri = argv[3];
  else if (server)
    settings.controller_uri = (*server)->controller_uri();
  const auto done = write_and_read(settings, bytes, count);
  if (!done) std::printf("%s\n", done.error().to_string().c_str());
  return done ? 0 : 1;
}
