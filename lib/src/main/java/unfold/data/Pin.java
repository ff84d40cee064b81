package unfold.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What a file must be to be used.
 *
 * @param size its size in bytes
 * @param algorithm of the digest, as Java names it
 * @param digest in lower-case hexadecimal digits
 */
record Pin(long size, String algorithm, String digest) {
  static Pin sha256(long size, String digest) {
    return new Pin(size, "SHA-256", digest);
  }

  /** Returns what is wrong with a file: {@code "has 3 bytes and not 5"}; empty if nothing is. */
  String faultOf(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes != size) {
      return sizeFault(bytes);
    }
    MessageDigest digester = digester();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digester.update(buffer, 0, n);
      }
    }
    return digestFault(digester.digest());
  }

  /** Returns what is wrong with the bytes of a file; empty if nothing is. */
  String faultOf(byte[] bytes) {
    return bytes.length != size ? sizeFault(bytes.length) : digestFault(digester().digest(bytes));
  }

  private MessageDigest digester() {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String sizeFault(long bytes) {
    return String.format(Locale.ROOT, "has %,d bytes and not %,d", bytes, size);
  }

  private String digestFault(byte[] actual) {
    String hex = HexFormat.of().formatHex(actual);
    return hex.equals(digest) ? "" : "has the " + algorithm + " " + hex + " and not " + digest;
  }
}
