package unfold.data;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Writes the body of an answer to a file as it comes: behind what is there if the server goes on there, else
 * anew.
 */
final class Body implements HttpResponse.BodyHandler<Void>, AutoCloseable {
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /** The server's answer is not the file that was asked for. */
  static final class AnswerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    AnswerException(String message, Object... arguments) {
      super(String.format(Locale.ROOT, message, arguments));
    }
  }

  /** The file cannot be written, for which no server is to blame. */
  static final class DiskException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DiskException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private final FileChannel file;
  private final long total;
  private volatile long position;
  private volatile long lastNanos = System.nanoTime();

  /**
   * Opens a file.
   *
   * @param from how many of its bytes are there, and have not been asked for
   * @param total how many bytes it has when it is whole
   */
  Body(Path part, long from, long total) throws IOException {
    file = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    position = from;
    this.total = total;
  }

  /** Returns how many bytes are there. */
  long position() {
    return position;
  }

  /** Returns the time since the last bytes came. */
  long idleNanos() {
    return System.nanoTime() - lastNanos;
  }

  @Override
  public HttpResponse.BodySubscriber<Void> apply(HttpResponse.ResponseInfo answer) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      begin(answer);
    } catch (AnswerException e) {
      done.completeExceptionally(e);
    } catch (IOException e) {
      done.completeExceptionally(new DiskException(e));
    }
    return new Writer(done);
  }

  private void begin(HttpResponse.ResponseInfo answer) throws IOException {
    int status = answer.statusCode();
    boolean goesOn = status == PARTIAL && answer.headers().firstValue("Content-Range").orElse("")
        .startsWith("bytes " + position + "-");
    if (status == PARTIAL && !goesOn || status == RANGE_NOT_SATISFIABLE) {
      file.truncate(0);  // The next attempt asks for all.
      throw new AnswerException("does not go on at byte %,d", position);
    }
    if (status != OK && !goesOn) {
      throw new AnswerException("answers with HTTP status %d", status);
    }
    long from = goesOn ? position : 0;
    OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
    if (length.isPresent() && from + length.getAsLong() != total) {
      throw new AnswerException("has %,d bytes and not %,d", from + length.getAsLong(), total);
    }
    file.truncate(from);
    file.position(from);
    position = from;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private final class Writer implements HttpResponse.BodySubscriber<Void> {
    private final CompletableFuture<Void> done;
    private Flow.Subscription subscription;

    Writer(CompletableFuture<Void> done) {
      this.done = done;
    }

    @Override
    public CompletionStage<Void> getBody() {
      return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      if (done.isDone()) {
        subscription.cancel();
      } else {
        subscription.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      if (done.isDone()) {
        return;
      }
      lastNanos = System.nanoTime();
      try {
        for (ByteBuffer buffer : buffers) {
          if (position + buffer.remaining() > total) {
            file.truncate(0);
            fail(new AnswerException("gives more than %,d bytes", total));
            return;
          }
          while (buffer.hasRemaining()) {
            position += file.write(buffer);
          }
        }
      } catch (IOException e) {
        fail(new DiskException(e));
      }
    }

    private void fail(RuntimeException e) {
      subscription.cancel();
      done.completeExceptionally(e);
    }

    @Override
    public void onError(Throwable e) {
      done.completeExceptionally(e);
    }

    @Override
    public void onComplete() {
      done.complete(null);
    }
  }
}
