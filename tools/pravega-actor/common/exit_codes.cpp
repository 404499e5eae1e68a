#include "common/exit_codes.hpp"

#include <string_view>

#include "common/signals.hpp"

namespace pravega_actor::tool {

exit_code exit_code_of(errc code) noexcept {
  switch (code) {
    case errc::invalid_configuration:
      return exit_code::configuration;
    case errc::controller_unreachable:
    case errc::controller_failure:
    case errc::segment_store_unreachable:
    case errc::connection_lost:
    case errc::wrong_host:
    case errc::incompatible_version:
    case errc::protocol_violation:
    case errc::malformed_frame:
    case errc::frame_too_large:
    case errc::unknown_command:
    case errc::retries_exhausted:
    case errc::server_error:
    case errc::certificate_rejected:
    case errc::tls_failed:
      return exit_code::unreachable;
    case errc::scope_not_found:
    case errc::stream_not_found:
    case errc::segment_not_found:
    case errc::table_key_not_found:
    case errc::reader_group_not_found:
    case errc::transaction_not_found:
      return exit_code::not_found;
    case errc::would_block:
    case errc::deadline_exceeded:
      return exit_code::deadline;
    case errc::not_written:
    case errc::outcome_unknown:
    case errc::earlier_event_failed:
      return exit_code::not_durable;
    case errc::io_error:
      return exit_code::local_failure;
    case errc::cancelled:
      return exit_code::interrupted;
    case errc::closed:
    case errc::actor_terminated:
    case errc::internal_error:
      return exit_code::internal;
    default:
      // Everything else is an answer to what was asked for.
      return exit_code::refused;
  }
}

exit_code exit_code_of(const error& reason) noexcept {
  if (!(reason == errc::deadline_exceeded)) return exit_code_of(reason.code());
  switch (reason.at()) {
    case stage::controller_call:
    case stage::connect:
    case stage::handshake:
    case stage::setup_append:
    case stage::segment_request:
      return exit_code::unreachable;
    default:
      return exit_code::deadline;
  }
}

int process_code(exit_code code) noexcept {
  constexpr int signal_base = 128;
  const int number = first_stop_signal();
  if (code != exit_code::interrupted || number == 0) return static_cast<int>(code);
  return signal_base + number;
}

std::string exit_code_lines() {
  std::string text;
  const auto add = [&text](int value, std::string_view meaning) {
    const auto digits = std::to_string(value);
    text.append(5 - digits.size(), ' ').append(digits).append("  ").append(meaning) += '\n';
  };
#define X(name, value, meaning) add(value, meaning);
  PRAVEGA_ACTOR_EXIT_CODES(X)
#undef X
  return text;
}

}  // namespace pravega_actor::tool
