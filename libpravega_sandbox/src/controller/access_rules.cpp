#include "controller/access_rules.hpp"

#include <string_view>

namespace pravega_sandbox {

namespace {

using pravega_actor::access_operation;
using pravega_actor::scoped_group;

constexpr std::string_view group_stream_prefix = "_RG";
constexpr std::string_view mark_stream_prefix = "_MARK";

/// What an internal stream belongs to, for the calls that ask for that.
std::string owner_resource(const scoped_stream& stream) {
  const std::string_view name = stream.stream;
  if (name.starts_with(group_stream_prefix))
    return group_resource({stream.scope, std::string{name.substr(group_stream_prefix.size())}});
  if (name.starts_with(mark_stream_prefix))
    return stream_resource({stream.scope, std::string{name.substr(mark_stream_prefix.size())}});
  return stream_resource(stream);
}

access_rule needs(std::string resource, permission needed) {
  access_rule rule;
  rule.right = {std::move(resource), needed};
  return rule;
}
access_rule reads(std::string resource) {
  return needs(std::move(resource), permission::read);
}
access_rule changes(std::string resource) {
  return needs(std::move(resource), permission::read_update);
}
access_rule brings(access_rule rule, const scoped_stream& stream, permission grants) {
  rule.token_for = stream;
  rule.token_grants = grants;
  return rule;
}

/// What a call needs that may bring a token.
access_rule segments_of(std::string resource, const scoped_stream& stream,
                        access_operation access) {
  if (access == access_operation::none) return reads(std::move(resource));
  return brings(changes(std::move(resource)), stream, permission::read_update);
}

/// One function for each call.
class rules {
 public:
  explicit rules(access_terms terms) : terms_{terms} {}

  access_rule operator()(const controller::get_controller_servers&) const {
    access_rule rule;
    rule.needs_user = false;
    return rule;
  }
  access_rule operator()(const controller::list_scopes&) const {
    return reads(root_resource());
  }
  access_rule operator()(const controller::create_scope&) const {
    return changes(root_resource());
  }
  access_rule operator()(const controller::delete_scope&) const {
    return changes(root_resource());
  }
  access_rule operator()(const controller::delete_scope_recursive&) const {
    return changes(root_resource());
  }

  access_rule operator()(const controller::check_scope& call) const {
    return reads(scope_resource(call.scope));
  }
  access_rule operator()(const controller::list_streams& call) const {
    return reads(scope_resource(call.scope));
  }
  access_rule operator()(const controller::list_tagged_streams& call) const {
    return reads(scope_resource(call.scope));
  }
  access_rule operator()(const controller::get_reader_group_config& call) const {
    return reads(scope_resource(call.group.scope));
  }
  access_rule operator()(const controller::create_reader_group& call) const {
    return group_change(call.group.scope);
  }
  access_rule operator()(const controller::update_reader_group& call) const {
    return group_change(call.group.scope);
  }
  access_rule operator()(const controller::delete_reader_group& call) const {
    return group_change(call.group.scope);
  }
  access_rule operator()(const controller::create_stream& call) const {
    const auto& [scope, name] = call.stream;
    if (name.starts_with(mark_stream_prefix)) return reads(scope_resource(scope));
    if (name.starts_with(group_stream_prefix)) return group_change(scope);
    return changes(scope_resource(scope));
  }

  access_rule operator()(const controller::get_current_segments& call) const {
    return segments_of(owner_resource(call.stream), call.stream, call.access);
  }
  access_rule operator()(const controller::get_head_segments& call) const {
    return segments_of(stream_resource(call.stream), call.stream, terms_.use);
  }
  access_rule operator()(const controller::get_segments_between& call) const {
    return brings(reads(stream_resource(call.stream)), call.stream, permission::read);
  }
  access_rule operator()(const controller::get_epoch_segments& call) const {
    return brings(changes(stream_resource(call.stream)), call.stream, permission::read_update);
  }
  access_rule operator()(const controller::create_transaction& call) const {
    return brings(changes(stream_resource(call.stream)), call.stream, permission::read_update);
  }
  access_rule operator()(const controller::get_uri& call) const {
    return reads(owner_resource(call.of.stream));
  }
  access_rule operator()(const controller::update_stream& call) const {
    return changes(owner_resource(call.stream));
  }
  access_rule operator()(const controller::get_delegation_token& call) const;

  // Calls that ask for a stream's own name.
  access_rule operator()(const controller::get_successors& call) const {
    return reads(stream_resource(call.of.stream));
  }
  access_rule operator()(const controller::is_segment_valid& call) const {
    return reads(stream_resource(call.of.stream));
  }
  access_rule operator()(const controller::is_stream_cut_valid& call) const {
    return reads(stream_resource(call.cut.stream));
  }
  access_rule operator()(const controller::truncate_stream& call) const {
    return changes(stream_resource(call.cut.stream));
  }
  access_rule operator()(const controller::note_time& call) const {
    return changes(stream_resource(call.position.stream));
  }
  access_rule operator()(const controller::update_subscriber_cut& call) const {
    return changes(stream_resource(call.cut.stream));
  }
#define READS(name)                                            \
  access_rule operator()(const controller::name& call) const { \
    return reads(stream_resource(call.stream));                \
  }
#define CHANGES(name)                                          \
  access_rule operator()(const controller::name& call) const { \
    return changes(stream_resource(call.stream));              \
  }
  READS(check_scale)
  READS(check_transaction)
  READS(list_completed_transactions)
  READS(check_stream)
  READS(get_stream_config)
  CHANGES(seal_stream)
  CHANGES(delete_stream)
  CHANGES(scale_stream)
  CHANGES(commit_transaction)
  CHANGES(abort_transaction)
  CHANGES(ping_transaction)
  CHANGES(remove_writer)
  CHANGES(list_subscribers)
#undef READS
#undef CHANGES

 private:
  [[nodiscard]] access_rule group_change(const std::string& scope) const {
    return needs(scope_resource(scope),
                 terms_.groups_write_with_read ? permission::read : permission::read_update);
  }

  const access_terms terms_;
};

access_rule rules::operator()(const controller::get_delegation_token& call) const {
  const auto resource = owner_resource(call.stream);
  const std::string_view name = call.stream.stream;
  switch (call.access) {
    case access_operation::any: {
      auto rule = reads(resource);
      rule.is_broken = true;
      return rule;
    }
    case access_operation::none: {
      const bool internal =
          name.starts_with(group_stream_prefix) || name.starts_with(mark_stream_prefix);
      return brings(reads(resource), call.stream,
                    internal ? permission::read : permission::none);
    }
    case access_operation::read:
      return brings(reads(resource), call.stream, permission::read);
    case access_operation::unspecified:
      return brings(changes(resource), call.stream, permission::read_update);
    default:
      break;
  }
  const bool with_read =
      name.starts_with(mark_stream_prefix) ||
      (name.starts_with(group_stream_prefix) && terms_.groups_write_with_read);
  return brings(with_read ? reads(resource) : changes(resource), call.stream,
                permission::read_update);
}

}  // namespace

std::string root_resource() {
  return "prn::/";
}

std::string scope_resource(const std::string& scope) {
  return "prn::/scope:" + scope;
}

std::string stream_resource(const scoped_stream& stream) {
  return scope_resource(stream.scope) + "/stream:" + stream.stream;
}

std::string group_resource(const scoped_group& group) {
  return scope_resource(group.scope) + "/reader-group:" + group.group;
}

access_rule rule_of(const controller::request& call, access_terms terms) {
  return controller::visit(rules{terms}, call);
}

controller::reply with_token(const controller::reply& answer, std::string token) {
  const auto filled = [&token](auto copy) {
    copy.delegation_token = std::move(token);
    return controller::reply{std::move(copy)};
  };
  if (answer.holds<controller::token>()) return controller::token{std::move(token)};
  if (const auto* const it = answer.get_if<controller::segment_ranges>()) return filled(*it);
  if (const auto* const it = answer.get_if<controller::segment_offsets>()) return filled(*it);
  if (const auto* const it = answer.get_if<controller::segment_list>()) return filled(*it);
  if (const auto* const it = answer.get_if<controller::created_transaction>())
    return filled(*it);
  return answer;
}

}  // namespace pravega_sandbox
