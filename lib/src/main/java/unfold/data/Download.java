package unfold.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Brings the files of a set from its sources, tried in turn.
 *
 * <p>A file is written beside its place, with {@code .part} at the end of its name, and moved there when it
 * is what it must be. So what lies in its place is whole, whenever the program is killed; and the part is
 * gone on with, from whichever source, since all have the same bytes. One download of a set runs at a time,
 * in all programs of the machine: the others wait for it and then find the files.
 */
final class Download {
  /** How often a file that keeps breaking off is gone on with from one source. */
  private static final int ATTEMPTS = 20;
  private static final long EVERY_MILLIS = 100;
  private static final int TAR_BLOCK = 512;
  /** File locks are between programs; this one is between threads. */
  private static final ReentrantLock ONE = new ReentrantLock();

  private final HttpClient client;
  private final Duration patience;
  private final DownloadProgress progress;

  /**
   * Prepares downloads.
   *
   * @param connecting how long to wait for a connection
   * @param patience how long to wait for the next bytes
   */
  Download(Duration connecting, Duration patience, DownloadProgress progress) {
    // The sources are plain servers of files, some of them old.
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connecting)
        .followRedirects(HttpClient.Redirect.NORMAL).build();
    this.patience = patience;
    this.progress = progress;
  }

  /**
   * Brings those files of a set that are not there yet.
   *
   * @param home the set's folder, which is made if it is not there
   * @throws UnavailableException if no source gave them, with what each of them did
   * @throws IOException if they can't be written
   * @throws CancellationException if the thread is interrupted
   */
  void bring(KnownSet set, List<KnownSet.File> files, Path home) throws IOException {
    Files.createDirectories(home);
    try {
      ONE.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(set.title());
    }
    try (FileChannel channel = FileChannel.open(home.resolve(".lock"), StandardOpenOption.CREATE,
        StandardOpenOption.WRITE)) {
      lock(channel, set.title());
      List<String> failures = new ArrayList<>();
      for (KnownSet.Mirror mirror : set.mirrors()) {
        List<KnownSet.File> wanted = missing(files, home);
        if (wanted.isEmpty()) {
          return;
        }
        try {
          bring(mirror, wanted, home);
        } catch (UnavailableException e) {
          failures.add(e.getMessage());
        }
      }
      if (!missing(files, home).isEmpty()) {
        throw new UnavailableException("no source gave it: " + String.join("; ", failures));
      }
    } finally {
      ONE.unlock();
    }
  }

  /** Waits until no other program has the lock; it is given up with the channel. */
  private static void lock(FileChannel channel, String title) throws IOException {
    while (channel.tryLock() == null) {
      try {
        Thread.sleep(EVERY_MILLIS);
      } catch (InterruptedException e) {
        throw interrupted(title);
      }
    }
  }

  private static CancellationException interrupted(String what) {
    Thread.currentThread().interrupt();
    return new CancellationException("the download of " + what + " was interrupted");
  }

  private static List<KnownSet.File> missing(List<KnownSet.File> files, Path home) {
    return files.stream().filter(file -> !Files.exists(home.resolve(file.name()))).toList();
  }

  private void bring(KnownSet.Mirror mirror, List<KnownSet.File> wanted, Path home) throws IOException {
    URI uri = URI.create(mirror.url());
    if (mirror.archive() == null) {
      for (KnownSet.File file : wanted) {
        complete(uri.resolve(file.name()), file.name(), file.pin(), part(home, file.name()));
        settle(home, file.name());
      }
      return;
    }
    String name = uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
    Path archive = part(home, name);
    complete(uri, name, mirror.archive(), archive);
    for (KnownSet.File file : wanted) {
      extract(archive, name, mirror.within() + file.name(), part(home, file.name()));
      String fault = file.pin().faultOf(part(home, file.name()));
      if (!fault.isEmpty()) {
        Files.delete(part(home, file.name()));
        throw new UnavailableException(file.name() + " in " + uri + " " + fault);
      }
      settle(home, file.name());
    }
    Files.delete(archive);
  }

  private static Path part(Path home, String name) {
    return home.resolve(name + ".part");
  }

  /** Moves a part that is whole to its place. */
  private static void settle(Path home, String name) throws IOException {
    Path part = part(home, name);
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, home.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes the part a whole file from one source, going on with what is there. */
  private void complete(URI uri, String name, Pin pin, Path part) throws IOException {
    boolean goesOn = size(part) > 0;
    if (size(part) > pin.size()) {
      Files.delete(part);
    }
    for (int attempt = 1; size(part) < pin.size(); attempt++) {
      long before = size(part);
      try {
        transfer(uri, name, pin.size(), part, before);
        if (size(part) == before) {
          throw new UnavailableException(String.format(Locale.ROOT, "%s ended at %,d of %,d bytes", uri,
              before, pin.size()));
        }
      } catch (UnavailableException e) {
        if (size(part) == before || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
    String fault = pin.faultOf(part);
    if (fault.isEmpty()) {
      return;
    }
    Files.delete(part);
    if (goesOn) {  // What was there before may have been at fault.
      complete(uri, name, pin, part);
      return;
    }
    throw new UnavailableException(uri + " " + fault);
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** Asks once for a file from a place on, and writes what comes. */
  private void transfer(URI uri, String name, long total, Path part, long from) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    try (Body body = new Body(part, from, total)) {
      CompletableFuture<HttpResponse<Void>> exchange = client.sendAsync(request.build(), body);
      try {
        for (;;) {
          progress.show(name, body.position(), total);
          try {
            exchange.get(EVERY_MILLIS, TimeUnit.MILLISECONDS);
            progress.show(name, body.position(), total);
            return;
          } catch (TimeoutException e) {
            if (body.idleNanos() > patience.toNanos()) {
              throw new UnavailableException(uri + " sent nothing for " + patience.toSeconds() + " s");
            }
          }
        }
      } catch (InterruptedException e) {
        throw interrupted(name);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Body.DiskException) {
          throw new IOException(part + " cannot be written: " + e.getCause().getMessage(), e.getCause());
        }
        throw new UnavailableException(uri + " " + reason(e.getCause()), e.getCause());
      } finally {
        exchange.cancel(true);
      }
    }
  }

  private static String reason(Throwable e) {
    if (e instanceof HttpConnectTimeoutException) {
      return "did not answer";
    }
    if (e instanceof ConnectException) {
      return "cannot be reached";
    }
    if (e instanceof Body.AnswerException) {
      return e.getMessage();
    }
    return "broke off (" + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()) + ")";
  }

  private static void extract(Path archive, String name, String entry, Path part) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive))) {
      boolean found = name.endsWith(".zip") ? unzip(new ZipInputStream(file), entry, part)
          : untar(new GZIPInputStream(file, 1 << 16), entry, part);
      if (!found) {
        throw new UnavailableException(name + " has no entry " + entry);
      }
    }
  }

  private static boolean unzip(ZipInputStream zip, String entry, Path part) throws IOException {
    for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
      if (e.getName().equals(entry)) {
        Files.copy(zip, part, StandardCopyOption.REPLACE_EXISTING);
        return true;
      }
    }
    return false;
  }

  /**
   * Each entry is a head with its name and, in octal digits, its size; then its bytes, filled up to blocks.
   */
  private static boolean untar(InputStream tar, String entry, Path part) throws IOException {
    byte[] head = new byte[TAR_BLOCK];
    while (tar.readNBytes(head, 0, TAR_BLOCK) == TAR_BLOCK && head[0] != 0) {
      long size = Long.parseLong(text(head, 124, 12), 8);
      if (text(head, 0, 100).replaceFirst("^\\./", "").equals(entry)) {
        Files.write(part, tar.readNBytes((int) size));
        return true;
      }
      tar.skipNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
    }
    return false;
  }

  private static String text(byte[] head, int from, int most) {
    return new String(head, from, most, StandardCharsets.US_ASCII).replaceFirst("[ \0].*", "");
  }
}
