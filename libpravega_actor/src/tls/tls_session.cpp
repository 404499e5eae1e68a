#include "tls/tls_session.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "tls/certificate_text.hpp"

namespace pravega_actor::internal {
namespace {

/// The first byte of any record: its content type.
constexpr auto record_type_min = std::byte{20};
constexpr auto record_type_max = std::byte{24};
/// Sent bytes that are kept before what follows them is moved.
constexpr std::size_t sent_bytes_kept_max = 256u << 10;

bool is_address(const std::string& host) {
  in6_addr scratch{};
  return ::inet_pton(AF_INET, host.c_str(), &scratch) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &scratch) == 1;
}

/// Of the last call to OpenSSL that failed in this thread.
int last_reason() {
  return ERR_GET_REASON(ERR_peek_error());
}

std::string reason_text() {
  const char* const text = ERR_reason_error_string(ERR_peek_error());
  return text == nullptr ? std::string{"no reason given"} : std::string{text};
}

/// The alert that the peer sent, or -1.
int alert_in(int reason) {
  return reason >= SSL_AD_REASON_OFFSET ? reason - SSL_AD_REASON_OFFSET : -1;
}

bool is_about_client(int alert) {
  switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case TLS13_AD_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

std::string alert_text(int alert) {
  return std::string{"alert "}
      .append(std::to_string(alert))
      .append(", ")
      .append(SSL_alert_desc_string_long(alert));
}

error refused_client(int alert) {
  return error{errc::tls_failed,
               "the peer refuses the client's certificate "
               "(tls_certificate_file), or wants one: " +
                   alert_text(alert)};
}

}  // namespace

/// OpenSSL's way to the bytes of a session.
struct tls_session_bio {
  static int read(BIO* bio, char* to, int size) noexcept {
    BIO_clear_retry_flags(bio);
    auto& session = *static_cast<tls_session*>(BIO_get_data(bio));
    const auto have = session.in_end_ - session.in_begin_;
    if (size <= 0 || have == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const auto count = std::min(have, static_cast<std::size_t>(size));
    std::memcpy(to, session.in_.data() + session.in_begin_, count);
    session.in_begin_ += count;
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* from, int size) noexcept {
    BIO_clear_retry_flags(bio);
    if (size <= 0) return 0;
    auto& session = *static_cast<tls_session*>(BIO_get_data(bio));
    const auto* const bytes = reinterpret_cast<const std::byte*>(from);
    try {
      session.out_.insert(session.out_.end(), bytes, bytes + size);
    } catch (const std::bad_alloc&) {
      return -1;
    }
    return size;
  }

  static long control(BIO*, int command, long, void*) noexcept {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static int create(BIO* bio) noexcept {
    BIO_set_init(bio, 1);
    return 1;
  }

  static BIO_METHOD* make_method() {
    auto* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "session");
    if (made == nullptr) return nullptr;
    BIO_meth_set_read(made, read);
    BIO_meth_set_write(made, write);
    BIO_meth_set_ctrl(made, control);
    BIO_meth_set_create(made, create);
    return made;
  }

  static bio_pointer make(tls_session& session) {
    // Of the process: OpenSSL gives each method a number of its own, and has few.
    static const auto* const method = make_method();
    if (method == nullptr) return nullptr;
    bio_pointer bio{BIO_new(method)};
    if (bio) BIO_set_data(bio.get(), &session);
    return bio;
  }
};

tls_session::tls_session(std::string host, bool own_trust, std::string refusal)
    : host_{std::move(host)}, own_trust_{own_trust}, refusal_{std::move(refusal)} {}

tls_session::~tls_session() = default;

result<std::unique_ptr<tls_session>> tls_session::start(SSL_CTX* context,
                                                        const std::string& host,
                                                        const tls_settings& settings,
                                                        std::string refusal) {
  std::unique_ptr<tls_session> made{
      new tls_session{host, !settings.trust_store_file.empty(), std::move(refusal)}};
  ERR_clear_error();
  if (auto done = made->attach(context, settings.host_name_check); !done) return done.error();
  return made;
}

result<void> tls_session::attach(SSL_CTX* context, bool host_name_check) {
  ssl_.reset(SSL_new(context));
  auto bytes = tls_session_bio::make(*this);
  if (!ssl_ || !bytes) return errc::out_of_memory;
  auto* const both = bytes.release();
  SSL_set_bio(ssl_.get(), both, both);
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_connect_state(ssl_.get());
  in_.resize(input_bytes_max);
  return check_name(host_name_check);
}

result<void> tls_session::check_name(bool host_name_check) {
  // The dot at the end of a whole name is no part of it in certificates.
  const auto name = host_.ends_with('.') ? host_.substr(0, host_.size() - 1) : host_;
  const bool address = is_address(name);
  bool done = address || SSL_set_tlsext_host_name(ssl_.get(), name.c_str()) == 1;
  if (host_name_check) {
    auto* const rules = SSL_get0_param(ssl_.get());
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (address)
      done = done && X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1;
    else
      done = done && X509_VERIFY_PARAM_set1_host(rules, name.c_str(), name.size()) == 1;
  }
  if (!done || name.empty())
    return error{errc::tls_failed, "\"" + host_ + "\" is no name for a certificate"};
  return {};
}

// Handshake --------------------------------------------------------------------------------

result<bool> tls_session::shake_hands() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) return true;
  if (SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ) return false;
  return handshake_failure();
}

int tls_session::on_certificate(int accepted, X509_STORE_CTX* chain) {
  if (accepted == 1) return 1;
  auto* const ssl = static_cast<SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  try {
    static_cast<tls_session*>(SSL_get_app_data(ssl))->note_certificate(chain);
  } catch (const std::bad_alloc&) {
    // It is refused without its facts.
  }
  return 0;
}

void tls_session::note_certificate(X509_STORE_CTX* chain) {
  verify_code_ = X509_STORE_CTX_get_error(chain);
  const auto* const current = X509_STORE_CTX_get_current_cert(chain);
  if (current == nullptr) return;
  switch (verify_code_) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      verify_facts_ = "it is for " + names_in(current) + ", not for \"" + host_ + "\"";
      return;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      verify_facts_ = "it expired at " + text_of(X509_get0_notAfter(current));
      break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      verify_facts_ = "it is not valid before " + text_of(X509_get0_notBefore(current));
      break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      verify_facts_ =
          std::string{"its issuer is not in "} +
          (own_trust_ ? "tls_trust_store_file"
                      : "the system's trust store (tls_trust_store_file is not set)");
      break;
    default:
      verify_facts_ = X509_verify_cert_error_string(verify_code_);
  }
  verify_facts_ += " [" + text_of(X509_get_subject_name(current)) + "]";
}

error tls_session::certificate_failure() const {
  auto text = verify_facts_;
  if (!refusal_.empty()) text += "; a changed file is not used: " + refusal_;
  return {errc::certificate_rejected, std::move(text)};
}

error tls_session::handshake_failure() const {
  if (plain_peer_)
    return {errc::tls_failed,
            "the peer does not speak TLS at this port: use tcp:// for a server without TLS"};
  if (verify_code_ != 0) return certificate_failure();
  const int reason = last_reason();
  if (reason == ERR_R_MALLOC_FAILURE) return errc::out_of_memory;
  const int alert = alert_in(reason);
  if (alert == SSL_AD_INTERNAL_ERROR || alert == SSL_AD_USER_CANCELLED)
    return {errc::segment_store_unreachable,
            "the peer gave up the TLS handshake: " + alert_text(alert)};
  if (is_about_client(alert)) return refused_client(alert);
  if (alert >= 0)
    return {errc::tls_failed, "the peer ended the TLS handshake: " + alert_text(alert)};
  return {errc::tls_failed, "TLS handshake: " + reason_text()};
}

error tls_session::closed_early() const {
  return {errc::segment_store_unreachable,
          heard_
              ? "closed by the peer during the TLS handshake"
              : "closed by the peer instead of a TLS handshake; a port without TLS does that, "
                "too (then use tcp://)"};
}

// Bytes ------------------------------------------------------------------------------------

result<std::size_t> tls_session::read(std::span<std::byte> room) {
  if (failure_) return *failure_;
  if (ended_) return std::size_t{0};
  ERR_clear_error();
  std::size_t count = 0;
  const int done = SSL_read_ex(ssl_.get(), room.data(), room.size(), &count);
  if (done == 1) return count;
  switch (SSL_get_error(ssl_.get(), done)) {
    case SSL_ERROR_WANT_READ:
      return std::size_t{0};
    case SSL_ERROR_ZERO_RETURN:
      ended_ = true;
      return std::size_t{0};
    default:
      failure_ = read_failure();
      return *failure_;
  }
}

// With TLS 1.3 a server judges the client's certificate after the client's handshake is over.
error tls_session::read_failure() const {
  const int alert = alert_in(last_reason());
  if (is_about_client(alert)) return refused_client(alert);
  if (alert >= 0) return {errc::connection_lost, "the peer ended TLS: " + alert_text(alert)};
  return {errc::connection_lost, "TLS: " + reason_text()};
}

bool tls_session::write(byte_view plain) {
  if (plain.empty()) return true;
  ERR_clear_error();
  std::size_t written = 0;
  return SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written) == 1 &&
         written == plain.size();
}

void tls_session::say_end() {
  ERR_clear_error();
  (void)SSL_shutdown(ssl_.get());
}

std::span<std::byte> tls_session::input_room() {
  if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
  return std::span{in_}.subspan(in_end_);
}

void tls_session::input(std::size_t count) noexcept {
  in_end_ += count;
  if (heard_ || count == 0) return;
  heard_ = true;
  plain_peer_ = in_[0] < record_type_min || in_[0] > record_type_max;
}

byte_view tls_session::output() const noexcept {
  return byte_view{out_}.subspan(out_begin_);
}

void tls_session::sent(std::size_t count) noexcept {
  out_begin_ += count;
  if (out_begin_ < out_.size() && out_begin_ < sent_bytes_kept_max) return;
  out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(out_begin_));
  out_begin_ = 0;
}

}  // namespace pravega_actor::internal
