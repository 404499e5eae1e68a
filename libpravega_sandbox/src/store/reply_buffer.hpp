// Gathers the replies of one turn of a session.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "wire/codec.hpp"

namespace pravega_sandbox {

namespace wire = pravega_actor::internal::wire;
using pravega_actor::shared_bytes;

/// Small replies are encoded into one buffer; read data is passed on without a copy.
class reply_buffer {
 public:
  /// False if the reply cannot be encoded (a name that is too long): the connection must end.
  template <class Reply>
  [[nodiscard]] bool add(const Reply& reply) {
    return wire::encode_to(encoded_, reply).has_value();
  }
  /// A segment_read with `data` in place of its own.
  [[nodiscard]] bool add_read(const wire::segment_read& head, std::vector<shared_bytes> data);

  [[nodiscard]] bool empty() const noexcept { return parts_.empty() && encoded_.empty(); }
  /// Everything gathered, in order; empties the buffer.
  [[nodiscard]] std::vector<shared_bytes> take();

 private:
  void close_part();

  std::vector<std::byte> encoded_;
  std::vector<shared_bytes> parts_;
};

}  // namespace pravega_sandbox
