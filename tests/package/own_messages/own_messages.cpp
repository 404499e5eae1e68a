// A program with Protobuf messages of its own, which meets the library's only at run time.
#include <iostream>

#include "Controller.pb.h"
#include "controller.pb.h"
#include "pravega_actor/client.hpp"

int main() {
  robot::v1::Command command;
  command.set_name("go");
  command.set_speed(3);
  io::pravega::controller::stream::api::grpc::v1::StreamInfo info;
  info.set_scope("mine");
  // The library's messages are used, too: nothing listens on port 1.
  pravega_actor::config settings;
  settings.controller_uri = "tcp://127.0.0.1:1";
  settings.controller_call_timeout_ms = 100;
  const auto pravega = pravega_actor::client::create(settings);
  if (!pravega || pravega->streams().ensure_scope("scope")) return 1;
  const auto seen = command.GetDescriptor()->full_name() + " " + command.ShortDebugString() +
                    " " + info.GetDescriptor()->full_name() + " " + info.ShortDebugString();
  std::cout << seen << '\n';
  return seen == "robot.v1.Command name: \"go\" speed: 3 "
                 "io.pravega.controller.stream.api.grpc.v1.StreamInfo scope: \"mine\""
             ? 0
             : 1;
}
