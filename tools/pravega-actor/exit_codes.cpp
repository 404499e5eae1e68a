#include "exit_codes.hpp"

#include <fmt/format.h>

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
      return exit_code::unreachable;
    case errc::scope_not_found:
    case errc::stream_not_found:
    case errc::segment_not_found:
    case errc::table_key_not_found:
      return exit_code::not_found;
    case errc::invalid_argument:
    case errc::invalid_name:
    case errc::event_too_large:
    case errc::limit_exceeded:
    case errc::unauthenticated:
    case errc::permission_denied:
    case errc::scope_exists:
    case errc::scope_not_empty:
    case errc::stream_exists:
    case errc::stream_sealed:
    case errc::stream_not_sealed:
    case errc::precondition_failed:
    case errc::segment_exists:
    case errc::segment_sealed:
    case errc::segment_truncated:
    case errc::conditional_check_failed:
    case errc::invalid_event_number:
    case errc::token_expired:
    case errc::token_rejected:
    case errc::unsupported_operation:
    case errc::table_bad_version:
    case errc::table_not_empty:
    case errc::end_of_segment:
      return exit_code::refused;
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
  }
  return exit_code::internal;
}

std::string exit_code_lines() {
  std::string text;
#define X(name, value, meaning) text += fmt::format("  {:>3}  {}\n", value, meaning);
  PRAVEGA_ACTOR_EXIT_CODES(X)
#undef X
  return text;
}

}  // namespace pravega_actor::tool
