// The client's types that the simulation kit is made of, by their short names.
#pragma once

#include "pravega_actor/ports/client_ports.hpp"
#include "wire/event_cursor.hpp"

namespace pravega_sandbox {

using pravega_actor::byte_view;
using pravega_actor::connection;
using pravega_actor::connection_handler;
using pravega_actor::connection_port;
using pravega_actor::controller_port;
using pravega_actor::duration;
using pravega_actor::endpoint;
using pravega_actor::environment;
using pravega_actor::errc;
using pravega_actor::error;
using pravega_actor::key_range;
using pravega_actor::milliseconds;
using pravega_actor::result;
using pravega_actor::scoped_stream;
using pravega_actor::seconds;
using pravega_actor::segment_id;
using pravega_actor::segment_with_range;
using pravega_actor::shared_bytes;
using pravega_actor::stage;
using pravega_actor::strike_moment;
using pravega_actor::time_point;
using pravega_actor::to_ms;
namespace controller = pravega_actor::controller;
namespace wire = pravega_actor::internal::wire;

}  // namespace pravega_sandbox
