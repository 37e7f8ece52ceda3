//! Finds the strongly connected components of a graph.

/// Returns, for each node, the number of the strongly connected component that contains it. Nodes that can reach each
/// other have the same number.
///
/// This is Tarjan's algorithm without recursion. `targets` returns the nodes to which a node has edges, and is called
/// once for each node.
pub(super) fn components(nodes: usize, targets: impl FnMut(usize) -> Vec<usize>) -> Vec<usize> {
    let mut search = Search {
        targets,
        order: vec![None; nodes],
        lowest: vec![0; nodes],
        component: vec![None; nodes],
        open: Vec::new(),
        path: Vec::new(),
        visited: 0,
        components: 0,
    };
    for node in 0..nodes {
        if search.order[node].is_none() {
            search.from(node);
        }
    }
    search.component.into_iter().map(Option::unwrap_or_default).collect()
}

struct Search<F> {
    targets: F,
    /// For each node, its position in the order in which the nodes were visited.
    order: Vec<Option<usize>>,
    /// For each node, the position of the earliest visited node in an open component that can be reached from it.
    lowest: Vec<usize>,
    component: Vec<Option<usize>>,
    /// The nodes whose components are not complete yet.
    open: Vec<usize>,
    /// The path from the start to the current node. Each node is stored with its targets that have not been followed
    /// yet.
    path: Vec<(usize, std::vec::IntoIter<usize>)>,
    visited: usize,
    components: usize,
}

impl<F: FnMut(usize) -> Vec<usize>> Search<F> {
    fn from(&mut self, start: usize) {
        self.enter(start);
        while let Some((node, rest)) = self.path.last_mut() {
            let node = *node;
            match rest.next() {
                Some(target) => match self.order[target] {
                    None => self.enter(target),
                    Some(order) if self.component[target].is_none() => {
                        self.lowest[node] = self.lowest[node].min(order);
                    }
                    Some(_) => {}
                },
                None => self.leave(node),
            }
        }
    }

    fn enter(&mut self, node: usize) {
        self.order[node] = Some(self.visited);
        self.lowest[node] = self.visited;
        self.visited += 1;
        self.open.push(node);
        self.path.push((node, (self.targets)(node).into_iter()));
    }

    fn leave(&mut self, node: usize) {
        self.path.pop();
        if let Some((parent, _)) = self.path.last() {
            self.lowest[*parent] = self.lowest[*parent].min(self.lowest[node]);
        }
        if self.order[node] == Some(self.lowest[node]) {
            while let Some(member) = self.open.pop() {
                self.component[member] = Some(self.components);
                if member == node {
                    break;
                }
            }
            self.components += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the nodes that can be reached from a node. The node itself is included only if it is part of a cycle.
    fn reached(graph: &[Vec<usize>], start: usize) -> Vec<bool> {
        let mut reached = vec![false; graph.len()];
        let mut queue = graph[start].clone();
        while let Some(node) = queue.pop() {
            if !std::mem::replace(&mut reached[node], true) {
                queue.extend(&graph[node]);
            }
        }
        reached
    }

    #[test]
    fn nodes_that_reach_each_other_are_in_one_component() {
        let mut seed = 1_u64;
        let mut below = |limit: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap_or_default() % limit
        };
        for _ in 0..300 {
            let nodes = 1 + below(9);
            let graph: Vec<Vec<usize>> = (0..nodes).map(|_| (0..below(4)).map(|_| below(nodes)).collect()).collect();
            let components = components(nodes, |node| graph[node].clone());
            for (a, first) in components.iter().enumerate() {
                for (b, second) in components.iter().enumerate() {
                    let mutual = a == b || (reached(&graph, a)[b] && reached(&graph, b)[a]);
                    assert_eq!(first == second, mutual, "{a} and {b} of {graph:?}");
                }
            }
        }
    }

    #[test]
    fn each_node_is_followed_once_however_long_the_cycle() {
        const NODES: usize = 100_000;
        let mut followed = 0;
        let components = components(NODES, |node| {
            followed += 1;
            vec![(node + 1) % NODES, (node + 7) % NODES]
        });
        assert_eq!(followed, NODES);
        assert!(components.iter().all(|component| *component == components[0]));
    }
}
