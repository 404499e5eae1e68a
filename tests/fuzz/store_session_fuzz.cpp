// A client of the sandbox's segment store that sends anything. Input: the sizes of pieces (up
// to a zero), then the stream of one connection.
#include <vector>

#include "fuzz/fuzz.hpp"
#include "store/store_session.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using fuzz::require;
using pravega_sandbox::store_model;
using pravega_sandbox::store_session;

namespace {

constexpr std::size_t memory_bytes_max = 1u << 20;

/// Checks that what the store sends is whole commands, and nothing after its end.
class peer final : public pravega_sandbox::session_output {
 public:
  void send(std::vector<shared_bytes> parts) override {
    require(!closed_, "nothing is sent after the end");
    std::vector<std::byte> sent;
    for (const auto& part : parts)
      sent.insert(sent.end(), part.view.begin(), part.view.end());
    byte_view left{sent};
    while (!left.empty()) {
      require(left.size() >= 8, "a frame has a header");
      const auto word = [&](std::size_t at) {
        return fuzz::input{reinterpret_cast<const std::uint8_t*>(left.data()) + at, 4}.i32();
      };
      const auto type = word(0);
      const auto length = word(4);
      require(length >= 0 && static_cast<std::size_t>(length) <= left.size() - 8,
              "a reply is whole");
      const auto payload = left.subspan(8, static_cast<std::size_t>(length));
      require(wire::decode(type, payload).has_value(), "a reply can be decoded");
      left = left.subspan(8 + payload.size());
    }
  }
  void close() override {
    require(!closed_, "a session ends once");
    closed_ = true;
  }

 private:
  bool closed_ = false;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input from{data, size};
  std::vector<std::size_t> sizes;
  while (const auto bytes = from.u8())
    sizes.push_back(bytes < 128 ? bytes : std::size_t{bytes} * 61);
  if (sizes.empty()) sizes.push_back(4096);
  store_model store{{memory_bytes_max, pravega_sandbox::when_full::drop_oldest}};
  // Segments of the recorded conversation.
  store.create("conv35761/raw/0.#epoch.0");
  store.create("conv35761/s/0.#epoch.0");
  peer output;
  store_session session{store, output};
  for (std::size_t turn = 0; !from.empty() && !session.closed(); ++turn) {
    session.on_bytes(from.bytes(sizes[turn % sizes.size()]));
    require(store.memory_bytes() <= memory_bytes_max, "memory has its limit");
    store.set_now_ms(store.now_ms() + 1);
    session.on_time();
  }
  session.evict_parked_reads();
  return 0;
}
