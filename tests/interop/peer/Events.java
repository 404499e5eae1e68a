import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Numbered events: the first 8 bytes of a payload are its number, big-endian; the next 4 the
 * number of its key. Event n has the routing key "key-(n mod keys)".
 */
final class Events {
  private final byte[] template;
  private final String[] keys;

  Events(int size, long keys) {
    if (size < 8) {
      throw new IllegalArgumentException("SIZE must be at least 8");
    }
    template = new byte[size];
    for (int i = 0; i < size; i++) {
      template[i] = (byte) i;
    }
    this.keys = new String[(int) keys];
    for (int i = 0; i < keys; i++) {
      this.keys[i] = "key-" + i;
    }
  }

  byte[] payload(long number) {
    byte[] bytes = template.clone();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.putLong(0, number);
    if (bytes.length >= 12) {
      buffer.putInt(8, keys.length > 0 ? (int) (number % keys.length) : 0);
    }
    return bytes;
  }

  /** Without keys: the empty text. */
  String key(long number) {
    return keys.length > 0 ? keys[(int) (number % keys.length)] : "";
  }

  static long number(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong(0);
  }

  static long checksum(byte[] payload) {
    CRC32C sum = new CRC32C();
    sum.update(payload, 0, payload.length);
    return sum.getValue();
  }
}
