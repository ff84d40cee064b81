package unfold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are there as a whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes beside the file, then moves it there: whoever reads it reads the old or the new one, never half of one. Its
   * folder is made if it is missing.
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path beside = target.resolveSibling(target.getFileName() + ".part");
    Files.write(beside, bytes);
    Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
