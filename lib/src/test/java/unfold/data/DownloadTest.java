package unfold.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import unfold.Jvm;
import unfold.Seed;

/** Downloads from a server of our own on this machine, which can be slow, wrong and broken. */
@Timeout(60)
class DownloadTest {
  /** A file that takes many packets. */
  private static final byte[] BYTES = random(3_000_000, "file");

  @TempDir Path folder;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> shown = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private String url;

  private interface Handler {
    void answer(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    url = "http://localhost:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  static byte[] random(int size, String name) {
    byte[] bytes = new byte[size];
    Seed.Stream random = Seed.of(7).stream(name);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) random.nextLong();
    }
    return bytes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Pin pin(byte[] bytes) {
    return Pin.sha256(bytes.length, sha256(bytes));
  }

  /** Returns a set of the one file {@code f} with these bytes, from these folders of our server. */
  private KnownSet set(byte[] bytes, String... paths) {
    return new KnownSet("Test set", "none", "t", List.of(new KnownSet.File("f", pin(bytes))),
        Stream.of(paths).map(path -> path.startsWith("http") ? path : url + path)
            .map(KnownSet.Mirror::folder).toList());
  }

  private void bring(KnownSet set) throws IOException {
    bring(set, 20);
  }

  private void bring(KnownSet set, int patience) throws IOException {
    Download download = new Download(Duration.ofSeconds(20), Duration.ofSeconds(patience),
        (file, bytes, total) -> shown.add(bytes));
    download.bring(set, set.files(), folder);
  }

  private void fails(String message, KnownSet set) {
    ReadersTest.fails("no source gave it: " + message, () -> bring(set));
    assertFalse(Files.exists(folder.resolve("f")));
  }

  private void serve(String path, Handler handler) {
    server.createContext(path, exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      asked.add(path + (range == null ? "" : " " + range));
      try (exchange) {
        handler.answer(exchange);
      }
    });
  }

  /** Sends bytes, from where they are asked for if it can, and at most so many of them in one go. */
  private static Handler file(byte[] bytes, boolean ranges, int most) {
    return exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int from = 0;
      int status = 200;
      if (ranges && range != null) {
        from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        status = 206;
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/"
            + bytes.length);
      }
      exchange.sendResponseHeaders(status, bytes.length - from);
      OutputStream out = exchange.getResponseBody();
      out.write(bytes, from, Math.min(most, bytes.length - from));
      out.flush();
    };
  }

  private static Handler file(byte[] bytes) {
    return file(bytes, true, Integer.MAX_VALUE);
  }

  private void assertThere(byte[] bytes) throws IOException {
    assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("f")));
    assertEquals(List.of(".lock", "f"), names(folder));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFileIsBroughtWithItsProgress() throws IOException {
    serve("/a/f", file(BYTES));
    bring(set(BYTES, "/a/"));
    assertThere(BYTES);
    assertEquals(0, shown.get(0));
    assertEquals(BYTES.length, shown.get(shown.size() - 1));
    // What is there is not asked for again.
    bring(set(BYTES, "/a/"));
    assertEquals(List.of("/a/f"), asked);
  }

  @Test
  void sourcesAreTriedInTurn() throws IOException {
    serve("/gone/f", exchange -> exchange.sendResponseHeaders(404, -1));
    serve("/wrong/f", file(random(BYTES.length, "wrong")));
    serve("/right/f", file(BYTES));
    serve("/never/f", file(BYTES));
    bring(set(BYTES, "/gone/", "/wrong/", "/right/", "/never/"));
    assertThere(BYTES);
    assertEquals(List.of("/gone/f", "/wrong/f", "/right/f"), asked);
  }

  @Test
  void oneSentenceNamesAllSourcesAndWhatTheyDid() throws IOException {
    serve("/gone/f", exchange -> {
      exchange.sendResponseHeaders(404, 9);
      exchange.getResponseBody().write("not found".getBytes());
    });
    byte[] wrong = random(BYTES.length, "wrong");
    serve("/wrong/f", file(wrong));
    serve("/short/f", file(Arrays.copyOf(BYTES, 1000)));
    serve("/cut/f", file(BYTES, true, 0));
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    String nobody = "http://localhost:" + closed + "/";
    fails(url + "/gone/f answers with HTTP status 404; " + nobody
        + "f cannot be reached; " + url + "/wrong/f has the SHA-256 "
        + sha256(wrong) + " and not " + sha256(BYTES) + "; " + url
        + "/short/f has 1,000 bytes and not 3,000,000",
        set(BYTES, "/gone/", nobody, "/wrong/", "/short/"));
    assertEquals(List.of(".lock"), names(folder).stream().filter(name -> !name.equals("f.part")).toList());
    String cut = assertThrows(UnavailableException.class, () -> bring(set(BYTES, "/cut/"))).getMessage();
    assertTrue(cut.startsWith("no source gave it: " + url + "/cut/f broke off ("), cut);
  }

  private static void pause(int seconds) {
    try {
      Thread.sleep(1000L * seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Without a length in its head, an answer is only known to be too long when it is. */
  @Test
  void moreThanThePinnedBytesAreRefused() {
    serve("/endless/f", exchange -> {
      exchange.sendResponseHeaders(200, 0);
      for (int i = 0; i < 100; i++) {
        exchange.getResponseBody().write(new byte[100_000]);
      }
    });
    fails(url + "/endless/f gives more than 3,000,000 bytes", set(BYTES, "/endless/"));
  }

  @Test
  void aCutTransferGoesOnWhereItWasCut() throws IOException {
    serve("/a/f", file(BYTES, true, 1_200_000));
    bring(set(BYTES, "/a/"));
    assertThere(BYTES);
    assertEquals(List.of("/a/f", "/a/f bytes=1200000-", "/a/f bytes=2400000-"), asked);
  }

  @Test
  void anotherSourceGoesOnWhereTheFirstOneStopped() throws IOException {
    serve("/a/f", exchange -> file(BYTES, true, asked.size() == 1 ? 1_000_000 : 0).answer(exchange));
    serve("/b/f", file(BYTES));
    bring(set(BYTES, "/a/", "/b/"));
    assertThere(BYTES);
    assertEquals(List.of("/a/f", "/a/f bytes=1000000-", "/b/f bytes=1000000-"), asked);
  }

  @Test
  void aServerThatIgnoresTheRangeStartsAnew() throws IOException {
    Files.write(folder.resolve("f.part"), Arrays.copyOf(BYTES, 1_000_000));
    serve("/a/f", file(BYTES, false, Integer.MAX_VALUE));
    bring(set(BYTES, "/a/"));
    assertThere(BYTES);
    assertEquals(List.of("/a/f bytes=1000000-"), asked);
  }

  @Test
  void aServerThatRefusesTheRangeOrGivesAnotherIsAskedForAll() throws IOException {
    for (Handler odd : List.<Handler>of(
        exchange -> exchange.sendResponseHeaders(416, -1),
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 5-2999999/3000000");
          exchange.sendResponseHeaders(206, BYTES.length - 5);
          exchange.getResponseBody().write(BYTES, 5, BYTES.length - 5);
        })) {
      Files.deleteIfExists(folder.resolve("f"));
      Files.write(folder.resolve("f.part"), Arrays.copyOf(BYTES, 1_000_000));
      asked.clear();
      String path = "/" + odd.hashCode();
      serve(path + "/f", exchange -> (asked.size() == 1 ? odd : file(BYTES)).answer(exchange));
      bring(set(BYTES, path + "/"));
      assertThere(BYTES);
      assertEquals(List.of(path + "/f bytes=1000000-", path + "/f"), asked);
    }
  }

  /**
   * What an earlier download left may be at fault, so all is loaded once more before the source is blamed.
   */
  @Test
  void aWrongPartIsThrownAway() throws IOException {
    for (byte[] part : List.of(random(1_000_000, "wrong"), random(BYTES.length, "wrong"),
        random(BYTES.length + 5, "wrong"))) {
      Files.deleteIfExists(folder.resolve("f"));
      Files.write(folder.resolve("f.part"), part);
      String path = "/" + part.length;
      serve(path + "/f", file(BYTES));
      bring(set(BYTES, path + "/"));
      assertThere(BYTES);
      assertEquals(path + "/f", asked.get(asked.size() - 1));
    }
  }

  @Test
  void redirectsAreFollowedAlsoWhenGoingOn() throws IOException {
    serve("/old/f", exchange -> {
      exchange.getResponseHeaders().set("Location", url + "/new/f");
      exchange.sendResponseHeaders(302, -1);
    });
    serve("/new/f", file(BYTES, true, 2_000_000));
    bring(set(BYTES, "/old/"));
    assertThere(BYTES);
    assertEquals(List.of("/old/f", "/new/f", "/old/f bytes=2000000-", "/new/f bytes=2000000-"), asked);
  }

  @Test
  void aSourceThatFallsSilentIsLeft() throws IOException {
    serve("/a/f", exchange -> {
      exchange.sendResponseHeaders(200, BYTES.length);
      exchange.getResponseBody().write(BYTES, 0, 500_000);
      exchange.getResponseBody().flush();
      pause(5);
    });
    serve("/b/f", file(BYTES));
    serve("/mute/f", exchange -> pause(5));
    // The first one is asked twice: it had sent something.
    bring(set(BYTES, "/a/", "/b/"), 1);
    assertThere(BYTES);
    assertEquals(List.of("/a/f", "/a/f bytes=500000-", "/b/f bytes=500000-"), asked);

    Files.delete(folder.resolve("f"));
    ReadersTest.fails("no source gave it: " + url + "/mute/f sent nothing for 1 s",
        () -> bring(set(BYTES, "/mute/"), 1));
  }

  @Test
  void anInterruptedDownloadEndsAtOnceAndGoesOnLater() throws Exception {
    serve("/a/f", exchange -> {
      if (asked.size() > 1) {
        file(BYTES).answer(exchange);
        return;
      }
      exchange.sendResponseHeaders(200, BYTES.length);
      exchange.getResponseBody().write(BYTES, 0, 500_000);
      exchange.getResponseBody().flush();
      pause(30);
    });
    Thread here = Thread.currentThread();
    CompletableFuture<Void> interrupter = CompletableFuture.runAsync(() -> {
      while (!Files.exists(folder.resolve("f.part"))
          || folder.resolve("f.part").toFile().length() < 500_000) {
        Thread.onSpinWait();
      }
      here.interrupt();
    }, threads);
    assertEquals("the download of f was interrupted",
        assertThrows(CancellationException.class, () -> bring(set(BYTES, "/a/"))).getMessage());
    assertTrue(Thread.interrupted());
    interrupter.get(5, TimeUnit.SECONDS);
    assertFalse(Files.exists(folder.resolve("f")));
    bring(set(BYTES, "/a/"));
    assertThere(BYTES);
    assertEquals(List.of("/a/f", "/a/f bytes=500000-"), asked);
  }

  @Test
  void whatTheProgressThrowsEndsIt() throws IOException {
    serve("/a/f", file(BYTES));
    KnownSet set = set(BYTES, "/a/");
    Download refusing = new Download(Duration.ofSeconds(20), Duration.ofSeconds(20), (file, bytes, total) -> {
      throw new CancellationException("enough");
    });
    assertThrows(CancellationException.class, () -> refusing.bring(set, set.files(), folder));
    bring(set);
    assertThere(BYTES);
  }

  private static byte[] tgz(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      byte[] bytes = entry.getValue();
      byte[] head = new byte[512];
      put(entry.getKey(), head, 0);
      put("0000644\0", head, 100);
      put(String.format("%011o ", bytes.length), head, 124);
      put("ustar\00000", head, 257);
      tar.write(head);
      tar.write(Arrays.copyOf(bytes, (bytes.length + 511) / 512 * 512));
    }
    tar.write(new byte[1024]);
    return ReadersTest.gzip(tar.toByteArray());
  }

  private static void put(String text, byte[] head, int at) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, head, at, bytes.length);
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** Returns a set of the files f and g in an archive on our server. */
  private KnownSet archived(String path, byte[] archive, String within, byte[] g) {
    return new KnownSet("Test set", "none", "t",
        List.of(new KnownSet.File("f", pin(BYTES)), new KnownSet.File("g", pin(g))),
        List.of(new KnownSet.Mirror(url + path, pin(archive), within)));
  }

  @Test
  void filesAreTakenOutOfArchives() throws IOException {
    byte[] g = random(1234, "g");
    byte[] tgz = tgz(Map.of("./all/data/", new byte[0], "./all/data/f", BYTES, "./all/data/g", g,
        "./all/f", g, "f", g));
    byte[] zip = zip(Map.of("f", BYTES, "g", g, "data/f", g));
    serve("/x/all.tgz", file(tgz, true, 2_500_000));
    serve("/x/all.zip", file(zip));
    for (KnownSet set : List.of(archived("/x/all.tgz", tgz, "all/data/", g),
        archived("/x/all.zip", zip, "", g))) {
      Files.deleteIfExists(folder.resolve("f"));
      bring(set);
      assertArrayEquals(BYTES, Files.readAllBytes(folder.resolve("f")));
      assertArrayEquals(g, Files.readAllBytes(folder.resolve("g")));
      assertEquals(List.of(".lock", "f", "g"), names(folder));
    }
    assertEquals(List.of("/x/all.tgz", "/x/all.tgz bytes=2500000-", "/x/all.zip"), asked);
  }

  @Test
  void aWrongArchiveIsRefused() throws IOException {
    byte[] g = random(1234, "g");
    byte[] lacking = zip(Map.of("f", BYTES));
    byte[] without = tgz(Map.of("./f", BYTES));
    byte[] other = zip(Map.of("f", BYTES, "g", random(1234, "other")));
    serve("/lacking.zip", file(lacking));
    serve("/without.tgz", file(without));
    serve("/other.zip", file(other));
    ReadersTest.fails("no source gave it: lacking.zip has no entry g",
        () -> bring(archived("/lacking.zip", lacking, "", g)));
    assertArrayEquals(BYTES, Files.readAllBytes(folder.resolve("f")));
    ReadersTest.fails("no source gave it: without.tgz has no entry g",
        () -> bring(archived("/without.tgz", without, "", g)));
    ReadersTest.fails("no source gave it: g in " + url + "/other.zip has the SHA-256 " + sha256(random(1234,
        "other"))
        + " and not " + sha256(g), () -> bring(archived("/other.zip", other, "", g)));
    assertFalse(Files.exists(folder.resolve("g")));
    assertFalse(Files.exists(folder.resolve("g.part")));
    ReadersTest.fails("no source gave it: " + url + "/other.zip has " + String.format("%,d", other.length)
        + " bytes and not " + String.format("%,d", lacking.length),
        () -> bring(archived("/other.zip", lacking, "", g)));
  }

  @Test
  void severalAtOnceDownloadOnce() throws Exception {
    serve("/a/f", file(BYTES));
    KnownSet set = set(BYTES, "/a/");
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(CompletableFuture.runAsync(() -> {
        try {
          new Download(Duration.ofSeconds(20), Duration.ofSeconds(20), (file, bytes, total) -> {})
              .bring(set, set.files(), folder);
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }, threads));
    }
    for (CompletableFuture<Void> one : all) {
      one.get(30, TimeUnit.SECONDS);
    }
    assertThere(BYTES);
    assertEquals(List.of("/a/f"), asked);
  }

  /** A program of its own that downloads {@code f}: arguments are URL, size, digest and folder. */
  static final class Other {
    public static void main(String[] arguments) throws IOException {
      KnownSet set = new KnownSet("Test set", "none", "t",
          List.of(new KnownSet.File("f", Long.parseLong(arguments[1]), arguments[2])),
          List.of(KnownSet.Mirror.folder(arguments[0])));
      new Download(Duration.ofSeconds(20), Duration.ofSeconds(20), (file, bytes, total) -> {})
          .bring(set, set.files(), Path.of(arguments[3]));
    }
  }

  private Process other(String path) throws IOException {
    return Jvm.process(Other.class, url + path, Integer.toString(BYTES.length), sha256(BYTES), folder.toString())
        .inheritIO().start();
  }

  @Test
  void aKilledDownloadLeavesNothingHalfUsedAndGoesOn() throws Exception {
    serve("/a/f", exchange -> {
      if (asked.size() > 1) {
        file(BYTES).answer(exchange);
        return;
      }
      exchange.sendResponseHeaders(200, BYTES.length);
      exchange.getResponseBody().write(BYTES, 0, 2_000_000);
      exchange.getResponseBody().flush();
      pause(30);
    });
    Process process = other("/a/");
    while (!Files.exists(folder.resolve("f.part")) || Files.size(folder.resolve("f.part")) < 2_000_000) {
      assertTrue(process.isAlive());
      Thread.sleep(20);
    }
    process.destroyForcibly().waitFor();
    assertEquals(List.of(".lock", "f.part"), names(folder));
    bring(set(BYTES, "/a/"));
    assertThere(BYTES);
    assertEquals(List.of("/a/f", "/a/f bytes=2000000-"), asked);
  }

  @Test
  void oneProgramWaitsForTheOtherAndThenFindsTheFile() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    serve("/a/f", exchange -> {
      begun.countDown();
      try {
        finish.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      file(BYTES).answer(exchange);
    });
    Process other = other("/a/");
    assertTrue(begun.await(30, TimeUnit.SECONDS));
    CompletableFuture<Void> ours = CompletableFuture.runAsync(() -> {
      try {
        bring(set(BYTES, "/a/"));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }, threads);
    assertThrows(TimeoutException.class, () -> ours.get(1, TimeUnit.SECONDS));
    finish.countDown();
    ours.get(30, TimeUnit.SECONDS);
    assertEquals(0, other.waitFor());
    assertThere(BYTES);
    assertEquals(List.of("/a/f"), asked);
  }

  @Test
  void aFullDiskOrAFileInTheWayIsNobodysFaultButOurs() throws IOException {
    serve("/a/f", file(BYTES));
    Files.createDirectories(folder.resolve("f.part/x"));
    IOException e = assertThrows(IOException.class, () -> bring(set(BYTES, "/a/")));
    assertFalse(e instanceof UnavailableException, e.toString());
  }

  /** Real files from a server of our own, by the addresses that the library asks for them. */
  @Test
  void realFilesFromTheirOwnAddresses() throws IOException {
    Path real = RealDataTest.needs("mnist/train-images-idx3-ubyte.gz", "mnist/t10k-images-idx3-ubyte.gz",
        "ptb/ptb.train.txt", "shakespeare/input.txt");
    for (KnownSet set : List.of(KnownSet.MNIST, KnownSet.PENN_TREEBANK, KnownSet.SHAKESPEARE)) {
      String path = set.mirrors().get(0).url().replaceFirst("https?://", "/");
      for (KnownSet.File file : set.files()) {
        serve(path + file.name(), file(Files.readAllBytes(real.resolve(set.place(file)))));
      }
    }
    Datasets datasets = Datasets.of(Map.of(), folder).in(folder).withStandIns(Datasets.StandIns.NEVER)
        .withSources(this::here);
    assertEquals("MNIST: 60,000 / 10,000 images", datasets.mnist().toString());
    assertEquals(10_000, datasets.pennTreebankWords().vocabulary().size());
    assertEquals(50, datasets.pennTreebankCharacters().vocabulary().size());
    assertEquals(65, datasets.shakespeare().vocabulary().size());
    assertEquals(8, asked.size());
    assertEquals(List.of(".lock", "ptb.test.txt", "ptb.train.txt", "ptb.valid.txt"),
        names(folder.resolve("ptb")));
    Files.delete(folder.resolve("mnist/t10k-labels-idx1-ubyte.gz"));
    ReadersTest.fails("t10k-labels-idx1-ubyte.gz of MNIST is not in " + folder
        + ", and it may not be downloaded",
        () -> datasets.withDownloads(false).mnist());
    datasets.mnist();
    assertEquals("/ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz", asked.get(8));
  }

  @Test
  void whatIsMissingGoesToTheFirstFolderThatCanBeWrittenTo() throws IOException {
    byte[] text = "to be\n".getBytes(StandardCharsets.US_ASCII);
    serve("/a/input.txt", file(text));
    Path closed = Files.createFile(folder.resolve("file")).resolve("data");
    Path open = folder.resolve("project/data");
    Datasets datasets = Datasets.of(Map.of(Datasets.FOLDER, closed.toString()), open.getParent())
        .withSources(set -> new KnownSet(set.title(), set.licence(), set.folder(),
            List.of(new KnownSet.File("input.txt", pin(text))),
            List.of(KnownSet.Mirror.folder(url + "/a/"))));
    assertEquals("Tiny Shakespeare: 5 / 0 / 1 of 6 different ones", datasets.shakespeare().toString());
    assertArrayEquals(text, Files.readAllBytes(open.resolve("shakespeare/input.txt")));
    datasets.shakespeare();
    assertEquals(1, asked.size());
  }

  /** Returns the set with the hosts of its sources as folders of our server. */
  private KnownSet here(KnownSet set) {
    return new KnownSet(set.title(), set.licence(), set.folder(), set.files(), set.mirrors().stream()
        .map(mirror -> new KnownSet.Mirror(mirror.url().replaceFirst("https?://", url + "/"),
            mirror.archive(), mirror.within())).toList());
  }

  @Test
  void withoutAnySourceGeneratedDataStandInAndSayWhy() throws IOException {
    List<String> notices = new ArrayList<>();
    Datasets datasets = Datasets.of(Map.of(), folder).in(folder).withSources(this::here)
        .withNotices(notices::add);
    String reason = "text8 is not in " + folder + ", and no source gave it: " + url
        + "/mattmahoney.net/dc/text8.zip answers with HTTP status 404; " + url
        + "/data.deepai.org/text8.zip answers with HTTP status 404";
    assertTrue(datasets.text8().isStandIn());
    assertEquals(List.of(reason + "; in its place: generated text (stand-in for text8)"), notices);
    ReadersTest.fails(reason, () -> datasets.withStandIns(Datasets.StandIns.NEVER).text8());
  }
}
