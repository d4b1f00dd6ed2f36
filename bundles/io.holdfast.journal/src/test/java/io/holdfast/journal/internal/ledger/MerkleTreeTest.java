package io.holdfast.journal.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.Sha256;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tree of RFC 6962, with the vectors that implementations of it share: eight leaves, the root of each number of them, and published proofs. */
class MerkleTreeTest {

    private static final List<Sha256> LEAVES =
            hashed("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");
    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private static List<Sha256> hashed(String... leaves) {
        List<Sha256> hashes = new ArrayList<>();
        for (String leaf : leaves) {
            hashes.add(MerkleTree.leaf(HexFormat.of().parseHex(leaf)));
        }
        return List.copyOf(hashes);
    }

    private static List<Sha256> parsed(String... hashes) {
        return List.of(hashes).stream().map(Sha256::parse).toList();
    }

    @Test
    void makesThePublishedRoots() {
        MerkleFrontier frontier = new MerkleFrontier();
        for (int size = 0; size <= LEAVES.size(); size++) {
            assertThat(MerkleTree.root(LEAVES.subList(0, size)))
                    .as("root of %d leaves", size)
                    .hasToString(ROOTS.get(size));
            assertThat(frontier.root()).as("grown to %d leaves", size).hasToString(ROOTS.get(size));
            if (size < LEAVES.size()) {
                assertThat(frontier.rootWith(LEAVES.get(size))).hasToString(ROOTS.get(size + 1));
                frontier.add(LEAVES.get(size));
            }
        }
    }

    @Test
    void makesThePublishedProofs() {
        assertThat(MerkleTree.inclusionProof(LEAVES, 0))
                .isEqualTo(parsed(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
        assertThat(MerkleTree.consistencyProof(LEAVES, 6))
                .isEqualTo(parsed(
                        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
    }

    @Test
    void provesEveryLeafOfEverySizeAndNothingElse() {
        List<Sha256> leaves = new ArrayList<>();
        for (int size = 1; size <= 40; size++) {
            leaves.add(MerkleTree.leaf(new byte[] {(byte) size}));
            Sha256 root = MerkleTree.root(leaves);
            for (int index = 0; index < size; index++) {
                List<Sha256> proof = MerkleTree.inclusionProof(leaves, index);
                assertThat(MerkleTree.provesInclusion(leaves.get(index), index, size, proof, root))
                        .as("leaf %d of %d", index, size)
                        .isTrue();
                assertThat(MerkleTree.provesInclusion(MerkleTree.EMPTY, index, size, proof, root))
                        .isFalse();
                assertThat(MerkleTree.provesInclusion(leaves.get(index), index + 1L, size, proof, root))
                        .isFalse();
            }
        }
    }

    @Test
    void provesEveryGrowthAndNoOther() {
        List<Sha256> leaves = new ArrayList<>();
        List<Sha256> roots = new ArrayList<>();
        for (int size = 1; size <= 40; size++) {
            leaves.add(MerkleTree.leaf(new byte[] {(byte) size}));
            roots.add(MerkleTree.root(leaves));
            Sha256 root = roots.getLast();
            for (int old = 1; old <= size; old++) {
                List<Sha256> proof = MerkleTree.consistencyProof(leaves, old);
                assertThat(MerkleTree.provesConsistency(old, roots.get(old - 1), size, root, proof))
                        .as("%d leaves grown to %d", old, size)
                        .isTrue();
                assertThat(MerkleTree.provesConsistency(old, MerkleTree.EMPTY, size, root, proof))
                        .isFalse();
                assertThat(MerkleTree.provesConsistency(old, roots.get(old - 1), size, MerkleTree.EMPTY, proof))
                        .isFalse();
                assertThat(old < size
                                && MerkleTree.provesConsistency(
                                        old, roots.get(old - 1), size, root, proof.subList(1, proof.size())))
                        .isFalse();
            }
        }
    }
}
