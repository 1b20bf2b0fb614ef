package heddle.afs.nio;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.NIOFSDirectory;

/** A process that writes a Lucene index into AFS and never ends it. */
final class LuceneIndexing {
  static final int DOCUMENTS_IN_A_COMMIT = 100;

  private LuceneIndexing() {}

  /**
   * Adds documents for ever; says {@code committed N} after each commit.
   *
   * @param arguments URI of the cell, its volume location server, path of the index
   */
  public static void main(String... arguments) throws IOException {
    URI cell = URI.create(arguments[0]);
    try (FileSystem afs =
            FileSystems.newFileSystem(cell, Map.of(AfsEnvironment.VLSERVERS, arguments[1]));
        NIOFSDirectory index = new NIOFSDirectory(afs.getPath(arguments[2]));
        IndexWriter writer =
            new IndexWriter(index, new IndexWriterConfig(new StandardAnalyzer()))) {
      for (int i = 1; ; i++) {
        writer.addDocument(document(i));
        if (i % DOCUMENTS_IN_A_COMMIT == 0) {
          writer.commit();
          System.out.println("committed " + i);
        }
      }
    }
  }

  /** Makes a document that is found by its number, and by a word that one in ten has. */
  static Document document(int number) {
    Document document = new Document();
    document.add(new StringField("id", "" + number, Field.Store.YES));
    document.add(new IntPoint("number", number));
    String text = "document " + number + " of many, of class" + number % 10;
    document.add(new TextField("text", text, Field.Store.YES));
    return document;
  }

  /** Returns the lock file, which says who writes. */
  static Path lockFile(Path index) {
    return index.resolve(IndexWriter.WRITE_LOCK_NAME);
  }
}
