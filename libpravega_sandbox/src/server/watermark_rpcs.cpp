#include "server/rpc_messages.hpp"

namespace pravega_sandbox {

void read(const proto::TimestampFromWriter& from, controller::note_time& to) {
  to.writer = from.writer();
  to.position = cut_of(from.position());
  to.time = from.timestamp();
}

Status write(const controller::note_time&, const result<controller::note_time::reply>& answer,
             proto::TimestampResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_result(proto::TimestampResponse::SUCCESS);
  return Status::OK;
}

void read(const proto::RemoveWriterRequest& from, controller::remove_writer& to) {
  to.writer = from.writer();
  to.stream = stream_of(from.stream());
}

Status write(const controller::remove_writer&,
             const result<controller::remove_writer::reply>& answer,
             proto::RemoveWriterResponse& out) {
  using status = proto::RemoveWriterResponse;
  if (!answer) return failure(answer.error());
  out.set_result(answer->deleted ? status::SUCCESS : status::UNKNOWN_WRITER);
  return Status::OK;
}

}  // namespace pravega_sandbox
