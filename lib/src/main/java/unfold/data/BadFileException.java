package unfold.data;

import java.io.IOException;
import java.util.Locale;

/**
 * A file is not what it must be; the message is one sentence that names the file and what is wrong with it.
 */
final class BadFileException extends IOException {
  private static final long serialVersionUID = 1;

  BadFileException(String message, Object... arguments) {
    super(String.format(Locale.ROOT, message, arguments));
  }

  /** Throws with the formatted message unless the condition holds. */
  static void require(boolean condition, String message, Object... arguments) throws BadFileException {
    if (!condition) {
      throw new BadFileException(message, arguments);
    }
  }
}
