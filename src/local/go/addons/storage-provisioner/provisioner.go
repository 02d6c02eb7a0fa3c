package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

type directoryProvisioner struct {
	directory string
	node      string
}

// Provision makes the directory of one volume and describes it as a PersistentVolume. It may be called
// again for the same claim: the volume's name, and so its directory, come from the claim's UID.
func (p *directoryProvisioner) Provision(
	_ context.Context, opts controller.ProvisionOptions,
) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	if opts.PVC.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("claim %s/%s has a selector, which directory volumes do not support",
			opts.PVC.Namespace, opts.PVC.Name)
	}
	path := p.pathOf(opts.PVName)
	if err := os.Mkdir(path, 0o755); err != nil && !os.IsExist(err) {
		return nil, controller.ProvisioningFinished, fmt.Errorf("cannot make the directory of volume %s: %w", opts.PVName, err)
	}
	klog.InfoS("Volume made", "volume", opts.PVName, "claim", klog.KObj(opts.PVC))
	return p.newVolume(opts, path), controller.ProvisioningFinished, nil
}

// Delete removes the directory of a volume that Provision made, with everything in it.
func (p *directoryProvisioner) Delete(_ context.Context, volume *v1.PersistentVolume) error {
	path := p.pathOf(volume.Name)
	if volume.Spec.Local == nil || volume.Spec.Local.Path != path {
		return &controller.IgnoredError{Reason: fmt.Sprintf("volume %s is not a directory of %s", volume.Name, p.directory)}
	}
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("cannot remove the directory of volume %s: %w", volume.Name, err)
	}
	klog.InfoS("Volume removed", "volume", volume.Name)
	return nil
}

func (p *directoryProvisioner) pathOf(volumeName string) string {
	return filepath.Join(p.directory, volumeName)
}

func (p *directoryProvisioner) newVolume(opts controller.ProvisionOptions, path string) *v1.PersistentVolume {
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: opts.PVName},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *opts.StorageClass.ReclaimPolicy,
			AccessModes:                   opts.PVC.Spec.AccessModes,
			VolumeMode:                    opts.PVC.Spec.VolumeMode,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: opts.PVC.Spec.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeSource:        v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: path}},
			NodeAffinity:                  p.onThisNode(),
		},
	}
}

func (p *directoryProvisioner) onThisNode() *v1.VolumeNodeAffinity {
	return &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
		MatchExpressions: []v1.NodeSelectorRequirement{{
			Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{p.node},
		}},
	}}}}
}
