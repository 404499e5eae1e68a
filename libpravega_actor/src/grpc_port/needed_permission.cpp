#include "grpc_port/needed_permission.hpp"

#include <string_view>

#include "pravega_actor/names.hpp"

namespace pravega_actor::internal {
namespace {

using namespace controller;  // NOLINT: the requests

constexpr std::string_view group_prefix = "_RG";
constexpr std::string_view mark_prefix = "_MARK";

std::string of_scope(std::string_view scope) {
  return std::string{"prn::/scope:"}.append(scope);
}

std::string of_stream(const scoped_stream& stream) {
  return of_scope(stream.scope).append("/stream:").append(stream.stream);
}

/// Some calls about internal streams want the permission on what the stream belongs to.
std::string of_owner(const scoped_stream& stream) {
  const std::string_view name{stream.stream};
  if (name.starts_with(group_prefix))
    return of_scope(stream.scope)
        .append("/reader-group:")
        .append(name.substr(group_prefix.size()));
  if (name.starts_with(mark_prefix))
    return of_stream({stream.scope, std::string{name.substr(mark_prefix.size())}});
  return of_stream(stream);
}

std::string reads(const std::string& resource) {
  return "READ on " + resource;
}
std::string updates(const std::string& resource) {
  return "READ_UPDATE on " + resource;
}
std::string by_access(const std::string& resource, access_operation access) {
  const bool reading = access == access_operation::read || access == access_operation::none;
  return reading ? reads(resource) : updates(resource);
}

/// The calls that are about a stream and change nothing.
template <class Call>
constexpr bool only_reads = false;
#define X(call) \
  template <>   \
  constexpr bool only_reads<call> = true;
X(get_successors)
X(get_segments_between)
X(get_head_segments)
X(is_segment_valid)
X(check_stream)
X(get_stream_config)
X(check_scale)
X(is_stream_cut_valid)
X(check_transaction)
X(list_completed_transactions)
#undef X

/// Calls about all scopes, and about what is in one.
struct permission_in_scope {
  std::string operator()(const get_controller_servers&) const { return {}; }
  std::string operator()(const list_scopes&) const { return reads("prn::/"); }
  std::string operator()(const create_scope&) const { return updates("prn::/"); }
  std::string operator()(const delete_scope&) const { return updates("prn::/"); }
  std::string operator()(const delete_scope_recursive&) const { return updates("prn::/"); }
  std::string operator()(const check_scope& call) const { return reads(of_scope(call.scope)); }
  std::string operator()(const list_streams& call) const { return reads(of_scope(call.scope)); }
  std::string operator()(const list_tagged_streams& call) const {
    return reads(of_scope(call.scope));
  }
  std::string operator()(const create_stream& call) const {
    return updates(of_scope(call.stream.scope));
  }
  std::string operator()(const get_reader_group_config& call) const {
    return reads(of_scope(call.group.scope));
  }
  // A server may be content with READ (readerGroupStreams.writesWithReadPermissions).
  std::string operator()(const create_reader_group& call) const {
    return updates(of_scope(call.group.scope));
  }
  std::string operator()(const update_reader_group& call) const {
    return updates(of_scope(call.group.scope));
  }
  std::string operator()(const delete_reader_group& call) const {
    return updates(of_scope(call.group.scope));
  }
};

struct permission_for : permission_in_scope {
  using permission_in_scope::operator();
  std::string operator()(const get_current_segments& call) const {
    const auto resource = of_owner(call.stream);
    return call.access == access_operation::none ? reads(resource) : updates(resource);
  }
  std::string operator()(const get_delegation_token& call) const {
    return by_access(of_owner(call.stream), call.access);
  }
  std::string operator()(const get_uri& call) const { return reads(of_owner(call.of.stream)); }
  std::string operator()(const update_stream& call) const {
    return updates(of_owner(call.stream));
  }
  template <class Call>
  std::string operator()(const Call& call) const {
    const auto resource = of_stream(stream_of(call));
    return only_reads<Call> ? reads(resource) : updates(resource);
  }

 private:
  template <class Call>
  static const scoped_stream& stream_of(const Call& call) {
    if constexpr (requires { call.stream; })
      return call.stream;
    else if constexpr (requires { call.of; })
      return call.of.stream;
    else if constexpr (requires { call.cut; })
      return call.cut.stream;
    else
      return call.position.stream;
  }
};

}  // namespace

std::string needed_permission(const request& call) {
  return visit(permission_for{}, call);
}

}  // namespace pravega_actor::internal
