package dev.molstream.load;

import java.util.concurrent.locks.LockSupport;

/** The time by which a load is sent and measured. */
interface Pace {
  /** The machine's. */
  Pace SYSTEM =
      new Pace() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void until(long nanos) {
          for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
              return;
            }
          }
        }
      };

  /** Now, as {@link System#nanoTime} counts. */
  long nanos();

  /** Waits until then, or not at all when that is past or the thread is interrupted. */
  void until(long nanos);
}
