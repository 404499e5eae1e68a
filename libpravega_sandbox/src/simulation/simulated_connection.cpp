#include "simulation/simulated_connection.hpp"

#include <algorithm>
#include <cstring>

namespace pravega_sandbox {

simulated_connection::simulated_connection(simulated_network& network, std::uint64_t number,
                                           std::size_t store,
                                           std::shared_ptr<connection_handler> handler)
    : network_{network},
      world_{network.world()},
      number_{number},
      store_index_{store},
      client_lane_{world_.new_lane()},
      store_lane_{world_.new_lane()},
      handler_{std::move(handler)} {}

simulated_connection::~simulated_connection() {
  network_.forget(number_);
}

void simulated_connection::refuse(const error& why, duration after) {
  world_.schedule(client_lane_, after, [me = shared_from_this(), why] { me->client_end(why); });
}

void simulated_connection::establish() {
  store_session::options chosen;
  chosen.store_index = store_index_;
  chosen.faults = &network_.faults();
  session_.emplace(network_.store(), store_side_, chosen);
  world_.schedule(client_lane_, world_.network_delay(), [me = shared_from_this()] {
    if (auto handler = me->handler_) handler->on_connected();
  });
}

void simulated_connection::send(std::span<const shared_bytes> parts) {
  if (!handler_ || !session_) return;
  bytes all;
  for (const auto& part : parts)
    all.insert(all.end(), part.view.begin(), part.view.end());
  bytes_on_way_ += all.size();
  schedule_pieces(store_lane_, std::move(all), &simulated_connection::to_store);
}

void simulated_connection::answer(std::vector<shared_bytes> parts) {
  if (!handler_) return;
  bytes all;
  for (const auto& part : parts)
    all.insert(all.end(), part.view.begin(), part.view.end());
  schedule_pieces(client_lane_, std::move(all), &simulated_connection::to_client);
}

void simulated_connection::schedule_pieces(std::uint64_t lane, bytes all,
                                           void (simulated_connection::*deliver)(bytes)) {
  std::size_t from = 0;
  while (from < all.size()) {
    const auto left = all.size() - from;
    const auto most = std::min(left, world_.plan.piece_bytes_max);
    // Mostly in one piece; sometimes cut anywhere.
    const auto size = world_.chance(0.9) ? most : 1 + world_.random() % most;
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
    bytes piece{begin, begin + static_cast<std::ptrdiff_t>(size)};
    world_.schedule(lane, world_.network_delay(),
                    [me = shared_from_this(), deliver, piece = std::move(piece)]() mutable {
                      (*me.*deliver)(std::move(piece));
                    });
    from += size;
  }
}

simulated_connection::fate simulated_connection::fate_of_piece() {
  if (!handler_) return fate::arrives;
  if (world_.strikes(world_.plan.cut)) return cut("cut by the plan") ? fate::late : fate::lost;
  if (world_.strikes(world_.plan.silence)) {
    const auto until = world_.now() + world_.between(duration{0}, world_.plan.silence_max);
    const auto which = world_.random() % 4;
    const bool to_client = which != 0;
    const bool to_store = which != 1;
    world_.note("connection " + std::to_string(number_) + " falls silent" +
                (to_store ? to_client ? "" : " towards the store" : " towards the client"));
    if (to_client) world_.hold(client_lane_, until);
    if (to_store) world_.hold(store_lane_, until);
  }
  return fate::arrives;
}

// The session sees whole frames only: of late bytes that break off, the last frame is nothing.
void simulated_connection::to_store(bytes piece) {
  if (!session_ || session_->closed()) return;
  const auto falls = fate_of_piece();
  if (falls == fate::lost) return;
  if (falls == fate::late) {
    world_.put_back(store_lane_, [me = shared_from_this(), late = std::move(piece)]() mutable {
      me->to_store(std::move(late));
    });
    return;
  }
  bytes_on_way_ -= piece.size();
  if (late_bytes_left_) {
    piece.resize(std::min(piece.size(), *late_bytes_left_));
    *late_bytes_left_ -= piece.size();
    if (piece.empty()) return;
  }
  note_bytes(to_store_trace_, " > ", piece);
  network_.store().set_now_ms(to_ms(world_.now().time_since_epoch()));
  session_->on_bytes(piece);
  arm_store_timer();
  arm_token_timer();
}

// Whole frames by what they say; a part of one by its size.
void simulated_connection::note_bytes(frame_trace& direction, const char* arrow,
                                      const bytes& piece) {
  const auto prefix = "connection " + std::to_string(number_) + arrow;
  const auto lines = direction.lines_of(piece);
  for (const auto& line : lines)
    world_.note(prefix + line);
  if (lines.empty()) world_.note(prefix + std::to_string(piece.size()) + " bytes of a frame");
}

void simulated_connection::arm_store_timer() {
  if (!session_ || session_->closed()) return;
  const auto due = session_->next_due_ms();
  if (!due) return;
  const auto delay = milliseconds{*due} - world_.now().time_since_epoch();
  world_.schedule(world_.new_lane(), std::max<duration>(delay, milliseconds{1}),
                  [me = shared_from_this()] {
                    if (!me->session_ || me->session_->closed()) return;
                    me->network_.store().set_now_ms(to_ms(me->world_.now().time_since_epoch()));
                    me->session_->on_time();
                    me->arm_store_timer();
                  });
}

void simulated_connection::arm_token_timer() {
  if (!session_ || session_->closed()) return;
  const auto ends = session_->ends_at_ms();
  if (!ends || (token_timer_ms_ && *token_timer_ms_ <= *ends)) return;
  token_timer_ms_ = ends;
  const auto delay = milliseconds{*ends} - world_.now().time_since_epoch();
  world_.schedule(world_.new_lane(), std::max<duration>(delay, duration{0}),
                  [me = shared_from_this()] {
                    if (!me->session_ || me->session_->closed()) return;
                    me->network_.store().set_now_ms(to_ms(me->world_.now().time_since_epoch()));
                    me->session_->on_time();
                  });
}

void simulated_connection::to_client(bytes piece) {
  (void)fate_of_piece();
  if (!handler_) return;
  note_bytes(to_client_trace_, " < ", piece);
  std::size_t from = 0;
  while (handler_ && from < piece.size()) {
    auto handler = handler_;
    const auto room = handler->receive_buffer();
    const auto size = std::min(room.size(), piece.size() - from);
    std::memcpy(room.data(), piece.data() + from, size);
    handler->on_received(size);
    from += size;
  }
}

void simulated_connection::close_from_store() {
  if (session_->ended_with_token()) {
    world_.note("connection " + std::to_string(number_) + " ends with its token");
    // Under load a real server resets the connection: what is on its way is lost.
    if (world_.strikes(world_.plan.token_reset)) world_.drop(client_lane_);
  }
  if (session_->ended_behind_seal() && world_.strikes(world_.plan.seal_close)) {
    ++world_.counters.seal_closes;
    world_.note("connection " + std::to_string(number_) + " is reset after a seal");
    world_.drop(client_lane_);
  }
  world_.schedule(client_lane_, world_.network_delay(), [me = shared_from_this()] {
    me->client_end(error{errc::connection_lost, "closed by the peer"});
  });
}

void simulated_connection::client_end(const error& why) {
  auto handler = std::move(handler_);
  handler_ = nullptr;
  if (!handler) return;
  world_.note("connection " + std::to_string(number_) + " ends: " + why.detail());
  handler->on_closed(why);
}

void simulated_connection::store_end() {
  if (session_ && !session_->closed()) session_->on_closed();
}

// The client's end is gone at once; the store reads what was sent before, then sees the end.
void simulated_connection::close() {
  if (!handler_) return;
  handler_ = nullptr;
  world_.drop(client_lane_);
  world_.schedule(store_lane_, world_.network_delay(),
                  [me = shared_from_this()] { me->store_end(); });
}

void simulated_connection::tell_cut(const std::string& why) {
  ++world_.counters.cuts;
  auto handler = std::move(handler_);
  handler_ = nullptr;
  world_.drop(client_lane_);
  world_.note("connection " + std::to_string(number_) + " cut: " + why);
  world_.schedule(client_lane_, duration{0}, [handler, why] {
    handler->on_closed(error{errc::connection_lost, why});
  });
}

bool simulated_connection::cut(const std::string& why) {
  if (!handler_) return true;
  tell_cut(why);
  const bool late = world_.chance(world_.plan.late_delivery);
  if (late)
    let_late();
  else
    world_.drop(store_lane_);
  world_.schedule(store_lane_, world_.between(duration{0}, milliseconds{300}),
                  [me = shared_from_this()] { me->store_end(); });
  return late;
}

void simulated_connection::let_late() {
  world_.hold(store_lane_, world_.now() + world_.between(duration{0}, world_.plan.late_max));
  if (bytes_on_way_ == 0 || !world_.strikes(world_.plan.partial_late)) return;
  ++world_.counters.partial_lates;
  late_bytes_left_ = world_.random() % bytes_on_way_;
  world_.note("connection " + std::to_string(number_) + ": " +
              std::to_string(*late_bytes_left_) + " of " + std::to_string(bytes_on_way_) +
              " late bytes arrive");
}

void simulated_connection::lose_store(const std::string& why) {
  world_.drop(store_lane_);
  store_end();
  if (handler_) tell_cut(why);
}

}  // namespace pravega_sandbox
