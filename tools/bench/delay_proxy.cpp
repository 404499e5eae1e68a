// A TCP proxy on 127.0.0.1 that makes a link slower: it adds a delay to each direction and can
// hold the client's bytes to a rate. One thread, epoll; ends at SIGTERM or SIGINT.
//
//   pravega-delay-proxy --listen PORT --to HOST:PORT [--delay-ms D] [--rate-mb R]
//
// Says "listening" when it does. --rate-mb is in 10^6 bytes a second from the client to the
// server, over all connections together.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;
constexpr std::size_t chunk_bytes_max = 256u << 10;
constexpr std::size_t chunks_in_a_row = 16;
constexpr std::size_t queue_bytes_max = 4u << 20;
constexpr std::size_t delayed_bytes_max = 256u
                                          << 20;  // more than a fast link holds in the delay
constexpr std::chrono::milliseconds rate_slice{1};

volatile std::sig_atomic_t stopping = 0;

struct options {
  int listen = 0;
  std::string host;
  int port = 0;
  double delay_ms = 0;
  double rate_mb = 0;
};

// How many bytes the clients may still send now, if there is a rate.
class allowance {
 public:
  explicit allowance(double rate_mb) : bytes_per_s_{rate_mb * 1e6} {}
  bool limited() const { return bytes_per_s_ > 0; }
  std::size_t available(steady::time_point now) {
    if (!limited()) return chunk_bytes_max;
    const std::chrono::duration<double> passed = now - since_;
    since_ = now;
    saved_ = std::min(saved_ + passed.count() * bytes_per_s_, bytes_per_s_ / 50);
    return saved_ < 1 ? 0 : std::min(static_cast<std::size_t>(saved_), chunk_bytes_max);
  }
  void take(std::size_t bytes) { saved_ -= static_cast<double>(bytes); }

 private:
  double bytes_per_s_;
  double saved_ = 0;
  steady::time_point since_ = steady::now();
};

struct piece {
  steady::time_point due;
  std::vector<char> bytes;
  std::size_t sent = 0;
};

// One direction of a connection.
struct pipe_half {
  int from = -1;
  int to = -1;
  bool from_client = false;
  bool readable = false;
  bool writable = false;
  bool ended = false;     // `from` sent its last byte
  bool finished = false;  // and `to` has been told
  std::size_t queued = 0;
  std::deque<piece> queue;
};

struct connection {
  pipe_half out;
  pipe_half back;
  bool broken = false;
  bool done() const { return broken || (out.finished && back.finished); }
};

class proxy {
 public:
  explicit proxy(const options& given)
      : delay_{std::chrono::duration_cast<steady::duration>(
            std::chrono::duration<double, std::milli>(given.delay_ms))},
        queue_max_{given.delay_ms > 0 ? delayed_bytes_max : queue_bytes_max},
        allowance_{given.rate_mb} {
    target_.sin_family = AF_INET;
    target_.sin_port = htons(static_cast<std::uint16_t>(given.port));
    if (inet_pton(AF_INET, given.host.c_str(), &target_.sin_addr) != 1) fail("--to HOST:PORT");
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(static_cast<std::uint16_t>(given.listen));
    if (bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) fail("bind");
    if (listen(listener_, 64) != 0) fail("listen");
    watch(listener_, nullptr);
  }

  void run() {
    std::vector<epoll_event> events(64);
    while (stopping == 0) {
      const int n = epoll_wait(epoll_, events.data(), 64, wait_ms(steady::now()));
      for (int i = 0; i < n; ++i)
        mark(events[static_cast<std::size_t>(i)]);
      if (n > 0 && accept_pending_) accept_all();
      for (auto& each : connections_)
        advance(each);
      drop_done();
    }
  }

 private:
  [[noreturn]] static void fail(const char* what) {
    std::perror(what);
    std::exit(1);
  }

  void watch(int socket, connection* whose) {
    epoll_event event{};
    event.events = whose == nullptr ? EPOLLIN : EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = static_cast<std::uint64_t>(socket);
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) fail("epoll_ctl");
    if (whose != nullptr) owners_[socket] = whose;
  }

  void mark(const epoll_event& event) {
    const int socket = static_cast<int>(event.data.u64);
    if (socket == listener_) {
      accept_pending_ = true;
      return;
    }
    const auto owner = owners_.find(socket);
    if (owner == owners_.end()) return;
    auto& one = *owner->second;
    auto& reads = socket == one.out.from ? one.out : one.back;
    auto& writes = socket == one.out.to ? one.out : one.back;
    if ((event.events & (EPOLLIN | EPOLLRDHUP)) != 0) reads.readable = true;
    if ((event.events & EPOLLOUT) != 0) writes.writable = true;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) one.broken = true;
  }

  void accept_all() {
    accept_pending_ = false;
    for (;;) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (client < 0) return;
      const int server = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(server, reinterpret_cast<const sockaddr*>(&target_), sizeof target_) != 0) {
        close(server);
        close(client);
        continue;
      }
      fcntl(server, F_SETFL, O_NONBLOCK);
      const int on = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto& one = connections_.emplace_back();
      one.out.from = one.back.to = client;
      one.out.to = one.back.from = server;
      one.out.from_client = true;
      watch(client, &one);
      watch(server, &one);
    }
  }

  void advance(connection& one) {
    for (auto* half : {&one.out, &one.back}) {
      if (!one.broken) receive(one, *half);
      if (!one.broken) forward(one, *half);
    }
  }

  bool has_room(const pipe_half& half) const {
    return half.readable && !half.ended && half.queued < queue_max_;
  }

  void receive(connection& one, pipe_half& half) {
    for (std::size_t i = 0; i < chunks_in_a_row && has_room(half); ++i) {
      const auto now = steady::now();
      const bool limited = half.from_client && allowance_.limited();
      const auto size = limited ? allowance_.available(now) : chunk_bytes_max;
      if (size == 0) return;
      const auto n = ::read(half.from, buffer_.data(), size);
      if (n > 0) {
        if (limited) allowance_.take(static_cast<std::size_t>(n));
        half.queued += static_cast<std::size_t>(n);
        half.queue.push_back({now + delay_, {buffer_.data(), buffer_.data() + n}, 0});
        if (delay_.count() == 0) forward(one, half);
      } else if (n == 0) {
        half.ended = true;
      } else if (errno == EAGAIN || errno == EINTR) {
        half.readable = errno == EINTR;
      } else {
        one.broken = true;
        return;
      }
    }
  }

  void forward(connection& one, pipe_half& half) {
    const auto now = steady::now();
    while (half.writable && !half.queue.empty() && half.queue.front().due <= now) {
      auto& first = half.queue.front();
      const auto left = first.bytes.size() - first.sent;
      const auto n = ::send(half.to, first.bytes.data() + first.sent, left, MSG_NOSIGNAL);
      if (n >= 0) {
        first.sent += static_cast<std::size_t>(n);
        half.queued -= static_cast<std::size_t>(n);
        if (first.sent == first.bytes.size()) half.queue.pop_front();
      } else if (errno == EAGAIN || errno == EINTR) {
        half.writable = errno == EINTR;
      } else {
        one.broken = true;
        return;
      }
    }
    if (half.ended && half.queue.empty() && !half.finished) {
      shutdown(half.to, SHUT_WR);
      half.finished = true;
    }
  }

  // Until the next queued byte is due, or the rate allows more.
  int wait_ms(steady::time_point now) const {
    auto until = now + std::chrono::seconds{1};
    for (const auto& one : connections_) {
      for (const auto* half : {&one.out, &one.back}) {
        if (half->writable && !half->queue.empty()) {
          until = std::min(until, half->queue.front().due);
        }
        if (!has_room(*half)) continue;
        const bool limited = half->from_client && allowance_.limited();
        until = std::min(until, limited ? now + rate_slice : now);
      }
    }
    if (until <= now) return 0;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
    return static_cast<int>(left.count());
  }

  void drop_done() {
    for (auto each = connections_.begin(); each != connections_.end();) {
      if (!each->done()) {
        ++each;
        continue;
      }
      for (const int socket : {each->out.from, each->out.to}) {
        owners_.erase(socket);
        close(socket);
      }
      each = connections_.erase(each);
    }
  }

  steady::duration delay_;
  std::size_t queue_max_;
  allowance allowance_;
  sockaddr_in target_{};
  int epoll_ = -1;
  int listener_ = -1;
  bool accept_pending_ = false;
  std::list<connection> connections_;
  std::map<int, connection*> owners_;
  std::vector<char> buffer_ = std::vector<char>(chunk_bytes_max);
};

bool parse(int argc, char** argv, options& to) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--listen") {
      to.listen = std::atoi(value.c_str());
    } else if (name == "--delay-ms") {
      to.delay_ms = std::atof(value.c_str());
    } else if (name == "--rate-mb") {
      to.rate_mb = std::atof(value.c_str());
    } else if (name == "--to" && value.rfind(':') != std::string::npos) {
      to.host = value.substr(0, value.rfind(':'));
      to.port = std::atoi(value.c_str() + value.rfind(':') + 1);
    } else {
      return false;
    }
  }
  return argc % 2 == 1 && to.listen > 0 && to.port > 0 && to.delay_ms >= 0 && to.rate_mb >= 0;
}

}  // namespace

int main(int argc, char** argv) {
  options given;
  if (!parse(argc, argv, given)) {
    std::fprintf(stderr,
                 "usage: pravega-delay-proxy --listen PORT --to HOST:PORT "
                 "[--delay-ms D] [--rate-mb R]\n");
    return 2;
  }
  std::signal(SIGTERM, [](int) { stopping = 1; });
  std::signal(SIGINT, [](int) { stopping = 1; });
  proxy between{given};
  std::printf("listening\n");
  std::fflush(stdout);
  between.run();
  return 0;
}
