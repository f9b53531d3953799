/** The laws of the design (§2, and what §1 and §4 of it promise), each with what it demands. */
export const LAWS = {
  'traffic arrives':
    'Packets to a live node’s pod CIDR arrive at it at every instant; under cutover outside the acknowledged gap; where the case itself takes a carrier away they arrive again within a bound, or the migration says why it stopped.',
  'every node is carried':
    'At every instant a live node’s pod CIDR has a route to that very node or an alias IP range on its own NIC, under the same exceptions.',
  'recorded before deleted':
    'When the deletion of a pod route is asked for, all that it takes to create the route again is stored.',
  'aliased before deleted':
    'Under overlap the deletion of a live node’s route is asked for only when its alias IP range is on the NIC and an answer of the API has shown it there since.',
  'checked before the next deletion':
    'Under overlap the first deleted route is alone until its node was looked at, and no batch is begun before the nodes of the one before it were.',
  'foreign resources are left alone':
    'Routes, secondary ranges, alias IP ranges, firewall rules, subnets and VMs of others are the same after every request as before it.',
  'forward or still':
    'A migration’s position moves to the next step of its plan or stays; back only by an abort, its refusal, or a new plan before anything was touched; one that stands still says why.',
  'nothing is undone':
    'What a step brought about stays: no alias off, no stack type back, no route created again, no flag set again by a later duplicate, outside a restore or an abort.',
  'one holder': 'Nobody acts on cloud or cluster under a claim once a newer claim is stored.',
  'fences only grow':
    'The stored fencing token never decreases, and a lease’s holder changes only together with it, once the one before gave it back or let it run out.',
  'kube-dns keeps its address':
    'The Service kube-dns keeps its UID and its IPv4 cluster IP as the first one, and a second family, once given, stays.',
  'kube-dns is switched to what answers':
    'kube-dns is given its second family only by a run that has looked at the pods of CoreDNS and found each live one Ready, with an address of each family.',
  'CoreDNS restarts once':
    'The product changes the pod template of CoreDNS at most once in a migration, and at every instant one of its pods that was Ready still is.',
  'constraints tell the truth':
    'Constraints have Gardener’s exact words, become True and disappear in its order, and only when what they stand for is so in the cluster.',
  'agents roll within bounds':
    'The network plugin’s agents are replaced no more at once than their DaemonSet allows, and their dual-stack configuration is not taken back.',
  'records stay':
    'The record of a pod route is never deleted, keeps what it takes to create the route again, and says `deleted` only of a route that is gone.',
  'history only grows': 'Entries of the history are added one by one and never change or go.',
  'nothing is lost':
    'Whenever no message is on its way, an active migration is blocked, paused, waits until a time, or lies where the tick will find it.',
  'no dead letters':
    'The store of refused messages holds nothing but messages that the case itself spoiled, and no run’s message ends as a dead letter without a fault.',
  'runs end in time':
    'A run of a function ends within 300 s, and always within the function’s time-out of 540 s.',
  'no error is lost': 'Every error of the product is caught by the product and answered for.',
  'it ends':
    'When the faults stop, the migration ends, is led back, or stands blocked with a reason, within a bound.',
  'progress adds up': 'Progress is so many of so many, neither negative, the first not above the second.',
  'same end':
    'A run in which a function died, or a message came at another time, ends as the run in which nothing did.',
  'the run is told': 'A case neither ends the thread that runs it nor keeps it from answering.',
} as const;

export type LawName = keyof typeof LAWS;
