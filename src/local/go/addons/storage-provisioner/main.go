// The storage of a one-node cluster: it answers every claim of its storage class with a directory
// on this machine, offered as a `local` PersistentVolume. Kubernetes applies a pod's fsGroup to
// such a volume (it does not to hostPath), so that pods that are not root can write to it.
//
// It runs beside the kubelet, in the kubelet's mount namespace, not as a pod.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

type options struct {
	kubeconfig      string
	directory       string
	node            string
	provisionerName string
}

func main() {
	opts := options{}
	flag.StringVar(&opts.kubeconfig, "kubeconfig", "", "kubeconfig of a user that may manage volumes and read claims and storage classes")
	flag.StringVar(&opts.directory, "directory", "", "absolute path of the directory that holds one directory per volume")
	flag.StringVar(&opts.node, "node", "", "name of the node that this directory is on")
	flag.StringVar(&opts.provisionerName, "provisioner-name", "weft.dev/directory", "provisioner named by the storage classes to answer")
	klog.InitFlags(nil)
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, opts); err != nil {
		fmt.Fprintf(os.Stderr, "storage-provisioner: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, opts options) error {
	if err := opts.validate(); err != nil {
		return err
	}
	// Volumes hold ledgers and keys: no other user of this machine may look into them from outside a pod.
	if err := os.MkdirAll(opts.directory, 0o700); err != nil {
		return fmt.Errorf("cannot make the directory of the volumes: %w", err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", opts.kubeconfig)
	if err != nil {
		return fmt.Errorf("cannot read --kubeconfig %s: %w", opts.kubeconfig, err)
	}
	// client-go's 5 requests a second would make a network's dozen claims wait for each other.
	config.QPS, config.Burst = 100, 200
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("cannot use --kubeconfig %s: %w", opts.kubeconfig, err)
	}
	provisioner := &directoryProvisioner{directory: opts.directory, node: opts.node}
	controller.NewProvisionController(ctx, client, opts.provisionerName, provisioner,
		// One process serves one node, there is nobody to elect.
		controller.LeaderElection(false),
		controller.Threadiness(8),
		// A failure here is a full or read-only disk: try again soon, and for as long as the claim stands.
		controller.RateLimiter(workqueue.NewTypedItemExponentialFailureRateLimiter[string](500*time.Millisecond, 15*time.Second)),
		controller.FailedProvisionThreshold(0),
		controller.FailedDeleteThreshold(0),
		controller.CreateProvisionedPVInterval(time.Second),
	).Run(ctx)
	return nil
}

func (opts options) validate() error {
	switch {
	case opts.kubeconfig == "":
		return errors.New("--kubeconfig is missing")
	case opts.node == "":
		return errors.New("--node is missing")
	case !filepath.IsAbs(opts.directory):
		return fmt.Errorf("--directory must be an absolute path, got %q", opts.directory)
	default:
		return nil
	}
}
