package unfold.data;

/** Is told how far a download is, some ten times a second, by the thread that asked for the data. */
@FunctionalInterface
public interface DownloadProgress {

  /**
   * Shows how much of a file is there. What it throws ends the download; what has come so far is kept and is
   * not loaded again.
   *
   * @param file its name, as {@code "ptb.train.txt"}
   * @param bytes how many of them are there, those of an earlier download included
   * @param total how many there will be
   */
  void show(String file, long bytes, long total);
}
