package unfold.data;

import java.util.Locale;

/**
 * Images of handwritten digits with their classes, those to train on and those to test on: MNIST, or its
 * stand-in.
 */
public final class Digits implements Dataset {
  private final Origin origin;
  private final Images train;
  private final Images test;

  Digits(Origin origin, Images train, Images test) {
    this.origin = origin;
    this.train = train;
    this.test = test;
  }

  /** Returns the images to train on; MNIST has 60,000. */
  public Images train() {
    return train;
  }

  /** Returns the images to test on; MNIST has 10,000. */
  public Images test() {
    return test;
  }

  @Override
  public String name() {
    return origin.name();
  }

  @Override
  public String licence() {
    return origin.licence();
  }

  @Override
  public String notice() {
    return origin.notice();
  }

  /** Returns the name and the numbers of images: {@code MNIST: 60,000 / 10,000 images}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s: %,d / %,d images", name(), train.size(), test.size());
  }
}
