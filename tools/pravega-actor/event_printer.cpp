#include "event_printer.hpp"

#include "common/report.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t output_bytes = std::size_t{1} << 18;

}  // namespace

bool event_printer::print_slice(const event_slice& slice) {
  next_offset_ = slice.offset();
  in_ = slice.empty() ? std::nullopt : std::optional{slice.in().id};
  for (const auto event : slice) {
    if (common_.json)
      append_json(text_, event, reader_);
    else
      format_.append(text_, event);
    ++events_;
    bytes_ += event.payload.size();
    next_offset_ = event.offset +
                   static_cast<std::int64_t>(limits::event_header_bytes + event.payload.size());
    if (text_.size() >= output_bytes && !flush()) return false;
    if (limited_ && --left_ == 0) return false;
  }
  in_.reset();
  return true;
}

void event_printer::print_checkpoint(const checkpoint_mark& mark) {
  if (!common_.json) return;
  text_ += json_object{}.add("checkpoint", mark.name).add("reader", reader_).text() + "\n";
}

bool event_printer::flush() {
  if (!text_.empty()) print(text_);
  text_.clear();
  return !output_failed();
}

}  // namespace pravega_actor::tool
