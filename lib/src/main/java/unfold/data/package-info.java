/**
 * The data sets of the papers: MNIST, Penn Treebank, text8, and Tiny Shakespeare.
 *
 * <p>{@link unfold.data.Datasets} finds or downloads the files. No byte is used before the whole file has the
 * size and the SHA-256 that are pinned for it, and where a set cannot be had, a generated one of the same
 * shape stands in, whose {@link unfold.data.Dataset#name name} says so. What is loaded is plain arrays with
 * axis letters: N images, I pixels, T symbols of a text.
 */
package unfold.data;
