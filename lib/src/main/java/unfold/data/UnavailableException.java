package unfold.data;

import java.io.IOException;

/** The data are in no folder, and no source gave them: where that is allowed, generated ones may stand in. */
final class UnavailableException extends IOException {
  private static final long serialVersionUID = 1;

  UnavailableException(String message) {
    super(message);
  }

  UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
