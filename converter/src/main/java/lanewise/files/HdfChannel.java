package lanewise.files;

import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import lanewise.format.PlainFile;

/** What jHDF reads a file through; it can't map it into memory. */
final class HdfChannel implements SeekableByteChannel {
    private final PlainFile file;
    private long position;
    private boolean open = true;

    /** Takes over the file. */
    HdfChannel(PlainFile file) {
        this.file = file;
    }

    @Override
    public int read(ByteBuffer into) {
        long left = file.size() - position;
        if (left <= 0) {
            return -1;
        }
        int count = (int) Math.min(into.remaining(), left);
        ByteBuffer part = into.slice(into.position(), count);
        file.read(position, part);
        into.position(into.position() + count);
        position += count;
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        file.close();
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }
}
