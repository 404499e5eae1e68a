// What may listen at a controller's address, or stand between.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace pravega_actor::test {

/// Sends the same bytes to each client that connects. It holds the connections, or ends them
/// at once.
class banner_server {
 public:
  banner_server(std::string bytes, bool holds, int port = 0);
  ~banner_server();
  banner_server(const banner_server&) = delete;
  banner_server& operator=(const banner_server&) = delete;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int accepted() const { return accepted_; }

 private:
  void run();
  const std::string bytes_;
  const bool holds_;
  int port_ = 0;  // set with the next one
  int listening_ = -1;
  std::vector<int> held_;
  std::atomic<int> accepted_{0};
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

/// A proxy to a port of this machine. `swallow` makes it deaf on the connections that it has:
/// they stay open, and what comes is lost; new ones work.
class swallowing_proxy {
 public:
  explicit swallowing_proxy(int to);
  ~swallowing_proxy();
  swallowing_proxy(const swallowing_proxy&) = delete;
  swallowing_proxy& operator=(const swallowing_proxy&) = delete;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string uri() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  void swallow() { ++generation_; }

 private:
  struct pair {
    int client;
    int server;
    int generation;
  };
  void run();
  void pump(pair& one, bool from_client);
  const int to_;
  int port_ = 0;  // set with the next one
  int listening_ = -1;
  std::vector<pair> pairs_;
  std::atomic<int> generation_{0};
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace pravega_actor::test
