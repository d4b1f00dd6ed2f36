package io.holdfast.blob;

import java.util.concurrent.ConcurrentSkipListMap;

/** The store that other tests rest on keeps the contract too. */
class MemoryBlobStoreTest extends BlobStoreContract {

    private final ConcurrentSkipListMap<BlobName, byte[]> objects = new ConcurrentSkipListMap<>();

    @Override
    protected BlobStore open() {
        return new MemoryBlobStore(objects);
    }
}
