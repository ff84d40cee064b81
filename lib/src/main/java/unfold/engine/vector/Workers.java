package unfold.engine.vector;

import java.util.concurrent.atomic.AtomicInteger;
import unfold.Check;

/**
 * Threads that share out the tasks of one call. A task's number, never the thread it runs on, decides what it computes. Threads wait
 * without spinning and end with the virtual machine.
 */
public final class Workers implements AutoCloseable {

  /** A task. */
  @FunctionalInterface
  public interface Task {
    /** Does task number {@code task} with what belongs to a worker, from 0 up. */
    void run(int task, int worker);
  }

  /** The caller's thread alone. */
  static final Workers ALONE = new Workers(1);

  private final Object lock = new Object();
  private final AtomicInteger next = new AtomicInteger();
  private final int threads;
  private Task task;
  private int count;
  private int round;
  private int busy;
  private int started;
  private Throwable failure;
  private boolean closed;

  /** Makes workers for that many threads, at least 1, the caller's included. */
  public Workers(int threads) {
    this.threads = Check.atLeast("the number of threads", threads, 1);
  }

  int threads() {
    return threads;
  }

  /**
   * Runs tasks 0 .. count-1, count from 0, and returns when all are done. Allocates nothing once the threads have started. A
   * single task runs on the caller's thread and may share out tasks of its own.
   */
  public void run(int count, Task task) {
    if (threads == 1 || count <= 1) {
      for (int i = 0; i < count; i++) {
        task.run(i, 0);
      }
      return;
    }
    synchronized (lock) {
      this.task = task;
      this.count = count;
      failure = null;
      next.set(0);
      while (started < Math.min(threads, count) - 1) {
        start(++started);
      }
      busy = started;
      round++;
      lock.notifyAll();
    }
    Throwable mine = work(task, count, 0);
    synchronized (lock) {
      boolean interrupted = false;
      while (busy > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          // The arrays are in use until every thread is done; the interruption is the caller's to see.
          interrupted = true;
        }
      }
      this.task = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      rethrow(mine != null ? mine : failure);
    }
  }

  private Throwable work(Task task, int count, int worker) {
    try {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        task.run(i, worker);
      }
      return null;
    } catch (RuntimeException | Error e) {
      next.set(count);
      return e;
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof Error) {
      throw (Error) failure;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  private void start(int worker) {
    int seen = round;
    Thread thread = new Thread(() -> serve(worker, seen), "unfold-" + worker);
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(int worker, int seen) {
    int done = seen;
    while (true) {
      Task now;
      int many;
      synchronized (lock) {
        while (round == done && !closed) {
          try {
            lock.wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        if (closed) {
          return;
        }
        done = round;
        now = task;
        many = count;
      }
      Throwable thrown = work(now, many, worker);
      synchronized (lock) {
        if (thrown != null) {
          failure = thrown;
        }
        if (--busy == 0) {
          lock.notifyAll();
        }
      }
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }
}
