// One simulated connection: two directions with delays, and a session of the store at the end.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "simulation/frame_trace.hpp"
#include "simulation/simulated_network.hpp"

namespace pravega_sandbox {

class simulated_connection final : public connection,
                                   public std::enable_shared_from_this<simulated_connection> {
 public:
  simulated_connection(simulated_network& network, std::uint64_t number, std::size_t store,
                       std::shared_ptr<connection_handler> handler);
  ~simulated_connection() override;

  void establish();
  void refuse(const error& why, duration after);

  // connection, the client's side
  void send(std::span<const shared_bytes> parts) override;
  std::size_t unsent_bytes() const override { return bytes_on_way_; }
  void close() override;

  /// Both sides lose the connection. True: what is on its way to the store still arrives.
  bool cut(const std::string& why);
  /// The store has died: nothing arrives there any more.
  void lose_store(const std::string& why);
  [[nodiscard]] bool open() const noexcept { return handler_ != nullptr; }
  [[nodiscard]] std::size_t store() const noexcept { return store_index_; }

 private:
  using bytes = std::vector<std::byte>;
  void answer(std::vector<shared_bytes> parts);
  void to_store(bytes piece);
  void to_client(bytes piece);
  void close_from_store();
  void client_end(const error& why);
  void store_end();
  void tell_cut(const std::string& why);
  void let_late();
  void schedule_pieces(std::uint64_t lane, bytes all,
                       void (simulated_connection::*deliver)(bytes));
  void arm_store_timer();
  void arm_token_timer();
  void note_bytes(frame_trace& direction, const char* arrow, const bytes& piece);
  enum class fate : std::uint8_t { arrives, lost, late };
  [[nodiscard]] fate fate_of_piece();

  /// The store's side.
  class store_side final : public session_output {
   public:
    explicit store_side(simulated_connection& to) : to_{to} {}
    void send(std::vector<shared_bytes> parts) override { to_.answer(std::move(parts)); }
    void close() override { to_.close_from_store(); }

   private:
    simulated_connection& to_;
  };

  simulated_network& network_;
  virtual_world& world_;
  const std::uint64_t number_;
  const std::size_t store_index_;
  const std::uint64_t client_lane_;
  const std::uint64_t store_lane_;
  std::shared_ptr<connection_handler> handler_;
  /// Bytes on their way to the store, and how many of them still arrive after a cut.
  std::size_t bytes_on_way_ = 0;
  std::optional<std::size_t> late_bytes_left_;
  store_side store_side_{*this};
  std::optional<store_session> session_;
  /// When the store looks whether a token has ended, if it will.
  std::optional<std::int64_t> token_timer_ms_;
  writer_segments writers_;
  frame_trace to_store_trace_{writers_};
  frame_trace to_client_trace_{writers_};
};

}  // namespace pravega_sandbox
