#include "core/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace pravega_actor::internal {
namespace {

constexpr int gzip_window_bits = 15 + 16;
constexpr int memory_level = 8;
constexpr int system_unknown = 255;
constexpr std::size_t chunk_bytes = 16384;
constexpr std::size_t input_bytes_max = std::numeric_limits<std::int32_t>::max();

// zlib's input is not const but is not written either.
Bytef* input_of(byte_view bytes) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
}

struct deflater {
  z_stream stream{};
  int state = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window_bits,
                           memory_level, Z_DEFAULT_STRATEGY);
  deflater() = default;
  deflater(const deflater&) = delete;
  deflater& operator=(const deflater&) = delete;
  ~deflater() { deflateEnd(&stream); }
};

struct inflater {
  z_stream stream{};
  int state = inflateInit2(&stream, gzip_window_bits);
  inflater() = default;
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater() { inflateEnd(&stream); }
};

}  // namespace

result<std::vector<std::byte>> gzip(byte_view plain) {
  if (plain.size() > input_bytes_max)
    return error{errc::limit_exceeded, "more than 2147483647 bytes to compress"};
  deflater deflating;
  if (deflating.state != Z_OK) return error{errc::internal_error, "zlib does not start"};
  gz_header header{};
  header.os = system_unknown;
  deflateSetHeader(&deflating.stream, &header);
  std::vector<std::byte> packed(
      deflateBound(&deflating.stream, static_cast<uLong>(plain.size())));
  deflating.stream.next_in = input_of(plain);
  deflating.stream.avail_in = static_cast<uInt>(plain.size());
  deflating.stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  deflating.stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&deflating.stream, Z_FINISH) != Z_STREAM_END)
    return error{errc::internal_error, "zlib does not finish"};
  packed.resize(deflating.stream.total_out);
  return packed;
}

result<std::string> gunzip(byte_view packed, std::size_t bytes_max) {
  if (packed.size() > input_bytes_max)
    return error{errc::limit_exceeded, "more than 2147483647 bytes to decompress"};
  inflater inflating;
  if (inflating.state != Z_OK) return error{errc::internal_error, "zlib does not start"};
  inflating.stream.next_in = input_of(packed);
  inflating.stream.avail_in = static_cast<uInt>(packed.size());
  std::string plain;
  for (;;) {
    const std::size_t before = plain.size();
    // One byte more than allowed distinguishes a full text from one that is too long.
    const std::size_t room = std::min(chunk_bytes, bytes_max + 1 - before);
    plain.resize(before + room);
    inflating.stream.next_out = reinterpret_cast<Bytef*>(plain.data() + before);
    inflating.stream.avail_out = static_cast<uInt>(room);
    const int state = inflate(&inflating.stream, Z_NO_FLUSH);
    plain.resize(before + room - inflating.stream.avail_out);
    if (plain.size() > bytes_max)
      return error{errc::limit_exceeded,
                   "gzip data unpacks to more than " + std::to_string(bytes_max) + " bytes"};
    if (state == Z_STREAM_END) break;
    if (state != Z_OK || plain.size() == before)
      return error{errc::invalid_argument, "gzip data is damaged or incomplete"};
  }
  if (inflating.stream.avail_in != 0)
    return error{errc::invalid_argument, "there are bytes after the gzip data"};
  return plain;
}

}  // namespace pravega_actor::internal
