// The physical limit for a client: one blocking socket and ready-made frames, no client logic.
//
//   pravega-raw STORE_HOST:PORT SEGMENT write EVENTS SIZE BLOCK_BYTES BLOCKS_IN_FLIGHT
//   pravega-raw STORE_HOST:PORT SEGMENT latency EVENTS SIZE
//   pravega-raw STORE_HOST:PORT SEGMENT read SIZE
//
// SEGMENT is a segment's full name, for example scope/stream/0.#epoch.0. One JSON object on
// stdout.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

enum command : std::int32_t {
  hello = -127,
  setup_append = 1,
  append_setup = 2,
  append_block_end = 4,
  data_appended = 7,
  read_segment = 9,
  segment_read = 10,
  keep_alive = 100,
};
constexpr std::int32_t wire_version = 16;
constexpr std::int32_t oldest_version = 5;
constexpr std::int32_t read_bytes = 2 << 20;
constexpr std::size_t reply_bytes_max = 16u << 20;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// Big-endian, as everything on the wire.
class frame {
 public:
  explicit frame(command type) { i32(type), i32(0); }
  frame& i32(std::int32_t value) {
    const std::uint32_t big = htonl(static_cast<std::uint32_t>(value));
    bytes_.append(reinterpret_cast<const char*>(&big), sizeof big);
    return *this;
  }
  frame& i64(std::int64_t value) {
    i32(static_cast<std::int32_t>(value >> 32));
    return i32(static_cast<std::int32_t>(value));
  }
  frame& text(const std::string& value) {
    const std::uint16_t size = htons(static_cast<std::uint16_t>(value.size()));
    bytes_.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes_ += value;
    return *this;
  }
  frame& raw(const std::string& value) {
    bytes_ += value;
    return *this;
  }
  const std::string& finish() {
    const std::uint32_t size = htonl(static_cast<std::uint32_t>(bytes_.size() - 8));
    std::memcpy(bytes_.data() + 4, &size, sizeof size);
    return bytes_;
  }

 private:
  std::string bytes_;
};

std::int32_t i32_at(const char* from) {
  std::uint32_t big = 0;
  std::memcpy(&big, from, sizeof big);
  return static_cast<std::int32_t>(ntohl(big));
}

std::int64_t i64_at(const char* from) {
  return (static_cast<std::int64_t>(i32_at(from)) << 32) |
         static_cast<std::uint32_t>(i32_at(from + 4));
}

double seconds_now() {
  using clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(clock::now().time_since_epoch()).count();
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

class store {
 public:
  explicit store(const std::string& address) {
    const auto colon = address.rfind(':');
    if (colon == std::string::npos) fail("the address must be HOST:PORT");
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1)));
    if (inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr) != 1) {
      fail("the host must be an IPv4 address");
    }
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("connect");
    send(frame{hello}.i32(wire_version).i32(oldest_version).finish());
    if (next() != hello) fail("no Hello");
  }
  ~store() { close(socket_); }
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  void send(const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto n = ::write(socket_, bytes.data() + done, bytes.size() - done);
      if (n <= 0) fail("write");
      done += static_cast<std::size_t>(n);
    }
  }

  // Reads the next frame's payload into body(); gives its type.
  std::int32_t next() {
    char header[8];
    receive(header, sizeof header);
    const auto size = static_cast<std::size_t>(static_cast<std::uint32_t>(i32_at(header + 4)));
    if (size > reply_bytes_max) fail("a reply is too large");
    body_.resize(size);
    receive(body_.data(), size);
    return i32_at(header);
  }

  const std::vector<char>& body() const { return body_; }

 private:
  void receive(char* to, std::size_t size) {
    while (size > 0) {
      const auto n = ::read(socket_, to, size);
      if (n <= 0) fail("read");
      to += n;
      size -= static_cast<std::size_t>(n);
    }
  }

  int socket_ = -1;
  std::vector<char> body_;
};

struct writer_id {
  std::int64_t high = 0;
  std::int64_t low = 0;
};

struct write_plan {
  std::int64_t events = 0;
  int size = 0;
  std::int64_t block_bytes = 0;
  std::int64_t blocks_in_flight = 1;
  bool keep_latencies = false;
};

writer_id set_up(store& to, const std::string& segment) {
  std::mt19937_64 random{std::random_device{}()};
  const writer_id id{static_cast<std::int64_t>(random()), static_cast<std::int64_t>(random())};
  to.send(frame{setup_append}.i64(1).i64(id.high).i64(id.low).text(segment).text("").finish());
  if (to.next() != append_setup) {
    std::fprintf(stderr, "no AppendSetup: does the segment exist?\n");
    std::exit(1);
  }
  return id;
}

std::string event_block(std::int64_t events, int size) {
  frame block{hello};
  for (std::int64_t i = 0; i < events; ++i) {
    block.i32(0).i32(size).raw(std::string(static_cast<std::size_t>(size), 'x'));
  }
  return block.finish().substr(8);
}

void print_latencies(std::vector<double>& us) {
  if (us.empty()) return;
  std::sort(us.begin(), us.end());
  std::printf(",\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f", us[us.size() / 2],
              us[us.size() * 99 / 100], us.back());
}

void write(store& to, const std::string& segment, const write_plan& plan) {
  const auto id = set_up(to, segment);
  const auto per_block = std::max<std::int64_t>(1, plan.block_bytes / (plan.size + 8));
  const auto block = event_block(per_block, plan.size);
  const auto append = [&](std::int64_t last) {
    frame out{append_block_end};
    out.i64(id.high).i64(id.low).i32(0).i32(static_cast<std::int32_t>(block.size())).raw(block);
    to.send(out.i32(static_cast<std::int32_t>(per_block)).i64(last).i64(1).finish());
  };
  std::vector<double> latencies_us;
  std::int64_t sent = 0;
  std::int64_t durable = 0;
  const double cpu_start = cpu_seconds();
  const double start = seconds_now();
  double sent_at = start;
  double acknowledged_at = start;
  double longest_gap = 0;
  while (durable < plan.events) {
    while (sent < plan.events && sent - durable < plan.blocks_in_flight * per_block) {
      sent_at = seconds_now();
      sent += per_block;
      append(sent);
    }
    const auto type = to.next();
    if (type == data_appended) {
      durable = i64_at(&to.body()[16]);
      const double now = seconds_now();
      longest_gap = std::max(longest_gap, now - acknowledged_at);
      acknowledged_at = now;
      if (plan.keep_latencies) latencies_us.push_back((now - sent_at) * 1e6);
    } else if (type != keep_alive) {
      std::fprintf(stderr, "unexpected reply of type %d\n", type);
      std::exit(1);
    }
  }
  const double wall = seconds_now() - start;
  const auto events = static_cast<double>(durable);
  std::printf(
      "{\"op\":\"raw write\",\"events\":%ld,\"events_per_s\":%.0f,\"mb_per_s\":%.1f,"
      "\"cpu_us_per_event\":%.4f,\"block_events\":%ld,\"longest_gap_ms\":%.1f",
      static_cast<long>(durable), events / wall, events * plan.size / wall / 1e6,
      (cpu_seconds() - cpu_start) / events * 1e6, static_cast<long>(per_block),
      longest_gap * 1e3);
  print_latencies(latencies_us);
  std::printf("}\n");
}

// Reads to the tail. The events are not looked at: their number follows from their size.
void read(store& from, const std::string& segment, int event_size) {
  std::int64_t offset = 0;
  const double cpu_start = cpu_seconds();
  const double start = seconds_now();
  for (bool more = true; more;) {
    frame ask{read_segment};
    from.send(ask.text(segment).i64(offset).i32(read_bytes).text("").i64(7).finish());
    while (from.next() != segment_read) {
    }
    const auto& body = from.body();
    const std::size_t name =
        static_cast<std::uint8_t>(body[0]) * 256u + static_cast<std::uint8_t>(body[1]);
    const std::size_t flags = 2 + name + 8;
    const auto size = i32_at(&body[flags + 2]);
    offset += size;
    more = body[flags] == 0 && body[flags + 1] == 0 && size > 0;  // not at the tail or the end
  }
  const double wall = seconds_now() - start;
  const auto events = static_cast<double>(offset / (event_size + 8));
  std::printf(
      "{\"op\":\"raw read\",\"events\":%.0f,\"events_per_s\":%.0f,\"mb_per_s\":%.1f,"
      "\"cpu_us_per_event\":%.4f}\n",
      events, events / wall, static_cast<double>(offset) / wall / 1e6,
      (cpu_seconds() - cpu_start) / events * 1e6);
}

int usage() {
  std::fprintf(
      stderr,
      "usage: pravega-raw STORE_HOST:PORT SEGMENT write EVENTS SIZE BLOCK_BYTES "
      "BLOCKS_IN_FLIGHT\n"
      "                                           | latency EVENTS SIZE | read SIZE\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 4) return usage();
  const auto& mode = words[2];
  if (mode == "read" && words.size() == 4) {
    store peer{words[0]};
    read(peer, words[1], std::atoi(words[3].c_str()));
  } else if ((mode == "write" && words.size() == 7) ||
             (mode == "latency" && words.size() == 5)) {
    write_plan plan;
    plan.events = std::atol(words[3].c_str());
    plan.size = std::atoi(words[4].c_str());
    plan.keep_latencies = mode == "latency";
    plan.block_bytes = plan.keep_latencies ? plan.size + 8 : std::atol(words[5].c_str());
    plan.blocks_in_flight = plan.keep_latencies ? 1 : std::atol(words[6].c_str());
    if (plan.events < 1 || plan.size < 0 || plan.blocks_in_flight < 1) return usage();
    store peer{words[0]};
    write(peer, words[1], plan);
  } else {
    return usage();
  }
  return 0;
}
