package main

// Asset is something of value that somebody owns. The fields are in the order of their names in JSON, so that every
// peer writes the same bytes.
type Asset struct {
	AppraisedValue int    `json:"AppraisedValue"`
	Color          string `json:"Color"`
	ID             string `json:"ID"`
	Owner          string `json:"Owner"`
	Size           int    `json:"Size"`
}

// samples are what InitLedger puts on a ledger to play with.
var samples = []Asset{
	{ID: "asset1", Color: "amber", Size: 4, Owner: "Amara", AppraisedValue: 250},
	{ID: "asset2", Color: "cyan", Size: 8, Owner: "Bruno", AppraisedValue: 320},
	{ID: "asset3", Color: "ivory", Size: 12, Owner: "Chiara", AppraisedValue: 410},
	{ID: "asset4", Color: "jade", Size: 6, Owner: "Deniz", AppraisedValue: 475},
	{ID: "asset5", Color: "plum", Size: 16, Owner: "Emeka", AppraisedValue: 560},
	{ID: "asset6", Color: "teal", Size: 10, Owner: "Freya", AppraisedValue: 690},
}
