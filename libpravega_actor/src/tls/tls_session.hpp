// One TLS connection of a client, without its socket: bytes go in and come out.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/ports/tls_settings.hpp"
#include "pravega_actor/result.hpp"
#include "tls/tls_objects.hpp"

namespace pravega_actor::internal {

/// Not thread-safe. The owner carries `output` to the peer, and what the peer sends into
/// `input_room`. After an error of a call, only `output` is of use: it may hold an alert.
class tls_session {
 public:
  /// Plain bytes of one record.
  static constexpr std::size_t record_bytes_max = 16u << 10;
  /// Encrypted bytes that are taken in at once.
  static constexpr std::size_t input_bytes_max = 64u << 10;

  /// `refusal`: why changed files are not used, for errors.
  [[nodiscard]] static result<std::unique_ptr<tls_session>> start(SSL_CTX* context,
                                                                  const std::string& host,
                                                                  const tls_settings& settings,
                                                                  std::string refusal);
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;
  ~tls_session();

  /// Goes on with the handshake. False: it needs input. Errors: certificate_rejected,
  /// tls_failed, segment_store_unreachable (the peer's own failure).
  [[nodiscard]] result<bool> shake_hands();
  /// The peer closed the connection during the handshake.
  [[nodiscard]] error closed_early() const;

  /// Decrypts into `room` and returns the count: 0 if it needs input, or `ended`. Errors:
  /// connection_lost, tls_failed (the peer refuses the client's certificate).
  [[nodiscard]] result<std::size_t> read(std::span<std::byte> room);
  /// The peer has said that nothing more comes.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Encrypts at most `record_bytes_max` bytes. False: OpenSSL failed (no memory).
  [[nodiscard]] bool write(byte_view plain);
  /// Says that nothing more comes.
  void say_end();

  /// Where the next bytes of the peer go. Only after a call that needs input.
  [[nodiscard]] std::span<std::byte> input_room();
  void input(std::size_t count) noexcept;

  /// Bytes for the peer.
  [[nodiscard]] byte_view output() const noexcept;
  void sent(std::size_t count) noexcept;

  /// OpenSSL's callback: notes what is wrong with a certificate.
  static int on_certificate(int accepted, X509_STORE_CTX* chain);

 private:
  tls_session(std::string host, bool own_trust, std::string refusal);
  friend struct tls_session_bio;

  [[nodiscard]] result<void> attach(SSL_CTX* context, bool host_name_check);
  [[nodiscard]] result<void> check_name(bool host_name_check);
  void note_certificate(X509_STORE_CTX* chain);
  [[nodiscard]] error handshake_failure() const;
  [[nodiscard]] error certificate_failure() const;
  [[nodiscard]] error read_failure() const;

  const std::string host_;
  /// A file of the configuration, not the system's store.
  const bool own_trust_;
  const std::string refusal_;
  ssl_pointer ssl_;
  bool ended_ = false;
  /// OpenSSL says only once why it cannot go on.
  std::optional<error> failure_;

  std::vector<std::byte> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::vector<std::byte> out_;
  std::size_t out_begin_ = 0;
  bool heard_ = false;
  /// Its first byte is not that of a TLS record.
  bool plain_peer_ = false;
  /// What X509_verify_cert said, and about which certificate; "" before that.
  int verify_code_ = 0;
  std::string verify_facts_;
};

}  // namespace pravega_actor::internal
